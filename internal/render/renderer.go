package render

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"helm.sh/helm/v3/pkg/getter"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/process"
	"github.com/argoplan/argoplan/internal/standin"
)

// Options is what every render of a run shares.
type Options struct {
	// Version is the Argo CD that renders. The zero Version is its default.
	Version argocd.Version
	// Plugins are the config management plugins that may run, in any order.
	Plugins []argocd.PluginDefinition
	// PluginEnv is the environment of every plugin command, below the
	// plugin's own: "NAME=value".
	PluginEnv []string
	// PluginTimeout bounds init and generate together; 0 is 60 s, Argo CD's
	// default deadline for a request to its repo-server.
	PluginTimeout time.Duration
	// Sandbox confines plugins' commands; nil doesn't.
	Sandbox *process.Sandbox
	// RefusePlugins is the error of each plugin; nil lets them run.
	RefusePlugins error
	// StandIns are the commands that a preview has no keys for, and Executable
	// is the program that stands in for them: argoplan's own.
	StandIns   standin.Set
	Executable string
	// Scratch is a directory of this run alone for private copies.
	Scratch string
	// Path is the PATH of child processes.
	Path string
	// Getters download chart dependencies and value files by URL scheme. Nil
	// means that nothing may be downloaded.
	Getters getter.Providers
	// Indexes reads the indexes of chart dependencies' repositories, whose charts
	// Getters download. Only nil without Getters for http and https.
	Indexes Indexes
	// Registry lists the tags of chart dependencies in OCI registries; Getters
	// download them. Nil means that such dependencies are not supported.
	Registry *auth.Client
	// HelmRepositories maps the names of Argo CD's Helm repositories to their
	// URLs, for chart dependencies on "@name" and "alias:name".
	HelmRepositories map[string]string
	// KubeVersion is used for an Input without one.
	KubeVersion string
	// ValueFileSchemes are the URL schemes allowed for value files (argocd-cm's
	// helm.valuesFileSchemes). Nil is Argo CD's default, https and http.
	ValueFileSchemes []string
	// KustomizeBuildOptions are the flags of argocd-cm's kustomize.buildOptions.
	KustomizeBuildOptions []string
	// RemoteBases fetches the repositories that kustomizations name. Nil means
	// that a source with such a base is skipped.
	RemoteBases RemoteBases
	// Charts fetches the charts that kustomizations pull. Nil means that a
	// source with such a chart is skipped.
	Charts Charts
	// Disabled are the tools that argocd-cm turns off (kustomize.enable,
	// helm.enable). A source of such a type is a plain directory. Directory
	// stands for jsonnet.enable: only the *.jsonnet files are left out.
	Disabled []Type
	// MaxDirectorySize bounds the manifests of a plain directory together, in
	// bytes, Jsonnet files not counted (--max-combined-directory-manifests-size
	// of the repo-server). 0 is Argo CD's default of 10 MB; below 0 is no bound.
	MaxDirectorySize int64
	// JsonnetTimeout bounds the evaluation of all Jsonnet files of a source; 0
	// is 60 s, Argo CD's default deadline for a request to its repo-server.
	JsonnetTimeout time.Duration
	// Cache keeps renders for later runs; nil keeps none. Build says what
	// program renders, for another one may render differently.
	Cache Cache
	Build string
}

// Renderer renders one source after another; its methods may be called from
// several goroutines.
type Renderer struct {
	options Options
	plugins *pluginRunner
	engine  helmEngine
	charts  *chartBuilder
}

// New makes a Renderer. It starts nothing and reads nothing.
func New(o Options) *Renderer {
	engine := newHelmEngine(o.Version)
	return &Renderer{options: o, plugins: newPluginRunner(o), engine: engine, charts: newChartBuilder(o, engine)}
}

// Render gives the manifests of one source, as Argo CD's repo-server would
// generate them, in the tool's order. Trees that in names are only read. A
// source that argoplan knows and does not render gives a fault.Unsupported.
func (r *Renderer) Render(ctx context.Context, in Input) (Output, error) {
	in, err := r.prepare(in)
	if err != nil {
		return Output{}, err
	}
	kind, err := r.detect(ctx, in)
	if err != nil {
		return Output{}, err
	}
	in.fetched = &atomic.Bool{}
	made, err := r.remembered(kind, in, func() (Output, error) {
		made, err := r.generate(ctx, kind, in)
		made.Type, made.Fetched = kind, in.fetched.Load()
		return made, err
	})
	if err != nil {
		made.Objects = nil
	}
	return made, err
}

// Type gives the type that Render would render in as, without rendering.
func (r *Renderer) Type(ctx context.Context, in Input) (Type, error) {
	in, err := r.prepare(in)
	if err != nil {
		return "", err
	}
	return r.detect(ctx, in)
}

// prepare does what happens to a source before its type is decided: Argo CD
// drops empty blocks when it stores an Application, then merges the override
// files of the source's directory.
func (r *Renderer) prepare(in Input) (Input, error) {
	in.version = r.options.Version
	in.KubeVersion = firstSet(in.KubeVersion, r.options.KubeVersion)
	in.KubeVersion = in.clusterKubeVersion()
	in.Source = normalize(knownFields(in.Source, in.version))
	merged, err := mergeOverrides(in.Source, in.Dir, in.AppName)
	if err != nil {
		return in, err
	}
	in.Refs = checkedOut(in, merged)
	in.Source = knownFields(merged, in.version)
	return in, nil
}

// generate runs the tool. All but the type is filled in.
func (r *Renderer) generate(ctx context.Context, kind Type, in Input) (made Output, err error) {
	var out []byte
	switch kind {
	case Helm:
		made.Tool = r.engine.tool()
		out, made.Volatile, err = r.helm(ctx, in)
	case Plugin:
		made.Volatile = true
		out, made.Tool, err = r.plugins.render(ctx, in)
	case Kustomize:
		out, made.Tool, made.Volatile, err = r.kustomize(ctx, in)
	default:
		made.Objects, made.Tool, err = r.directory(ctx, in)
		return made, err
	}
	if err != nil {
		return made, err
	}
	made.Objects, err = parseBounded(in.Parser, out)
	if err != nil {
		err = fmt.Errorf("reading the output of %s: %w", made.Tool, err)
	}
	return made, err
}

// maxManifests bounds what a tool prints for one source, in bytes, and
// maxObjects how many objects that may be.
const (
	maxManifests = 64 << 20
	maxObjects   = 50_000
)

func parseBounded(parser *manifest.Parser, out []byte) ([]*unstructured.Unstructured, error) {
	if len(out) > maxManifests {
		return nil, fmt.Errorf("expected at most %d MiB, found %d", maxManifests>>20, len(out)>>20)
	}
	objects, err := parser.Parse(out)
	if err == nil && len(objects) > maxObjects {
		return nil, fmt.Errorf("expected at most %d objects, found %d", maxObjects, len(objects))
	}
	return objects, err
}
