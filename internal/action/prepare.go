package action

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/source"
)

// directoryRevision stands for the commit where two directories are compared:
// there is none, and plugins expect something of a commit's form.
const directoryRevision = "0000000000000000000000000000000000000000"

// spool is the directory below scratch where manifests wait for the report.
const spool = "spool"

// kitchen sets up what renders and compares. Nothing is fetched yet.
func (d *comparison) kitchen() (*kitchen, error) {
	mirrors, err := source.ParseMirrors(d.in.mirrors, ".")
	if err != nil {
		return nil, fmt.Errorf("%w mirrors: %w", errUsage, err)
	}
	clusters, err := readClusters(d.in)
	if err != nil {
		return nil, err
	}
	dirs, err := subdirectories(d.scratch, "charts", "renders", spool)
	if err != nil {
		return nil, err
	}
	sandbox, refuse, err := d.sandbox(dirs[1])
	if err != nil {
		return nil, err
	}
	if err := d.openCache(sandbox, refuse); err != nil {
		return nil, err
	}
	fetcher, err := d.fetcher(dirs[0], mirrors)
	if err != nil {
		return nil, err
	}
	common := d.renderOptions(fetcher, dirs[1])
	common.Sandbox, common.RefusePlugins = sandbox, refuse
	c := &cook{
		fetcher: fetcher, repository: d.repository(), inputs: d.in, clusters: clusters,
		revision: orDefault(d.plan.head.SHA, directoryRevision), keeps: d.cache != nil,
	}
	return &kitchen{
		comparer: compare.New(key(), compare.Options{
			SensitiveAnnotations: slices.Concat(d.settings[0].SensitiveAnnotations(), d.settings[1].SensitiveAnnotations()),
			Redact:               d.in.redact, Hide: d.log.secrets.Text,
		}), log: d.log,
		base:  d.side(0, d.plan.base.SHA, common, fetcher),
		head:  d.side(1, d.plan.head.SHA, common, fetcher),
		slots: make(chan struct{}, slots(d.in.parallel)), journal: d.env.journal, ended: d.ended, timeout: d.in.renderTimeout,
		spool: dirs[2], cook: c, alike: d.alike(c), parents: map[argocd.ID]parent{}, tools: map[string]bool{},
		written: sync.OnceValue(func() *compare.Written { return readWritten(d.trees.files, d.trees.changed) }),
	}, nil
}

// renderOptions is what both sides share.
func (d *comparison) renderOptions(fetcher *source.Fetcher, scratch string) render.Options {
	o := render.Options{
		Version: d.in.argocdVersion,
		Plugins: d.plugins, PluginEnv: append(forPlugins(d.env.forwarded), d.in.pluginEnv...), PluginTimeout: d.in.pluginTimeout,
		StandIns: d.in.standIns, Executable: d.env.executable,
		Scratch: scratch, Path: d.env.path, KubeVersion: d.in.kubeVersion,
		Getters: fetcher.Getters(), Indexes: fetcher, Registry: fetcher.Registry(), HelmRepositories: fetcher.Named(),
	}
	if d.cache != nil {
		o.Cache, o.Build = d.cache, d.build
	}
	return o
}

// side sets up one revision, 0 for base and 1 for head: its files, and a renderer
// with its settings.
func (d *comparison) side(index int, commit string, o render.Options, fetcher *source.Fetcher) side {
	tree, s := [2]string{d.trees.base, d.trees.head}[index], d.settings[index]
	b := bases{fetcher, d.repository(), tree}
	o.RemoteBases, o.Charts = b, b
	o.ValueFileSchemes, o.KustomizeBuildOptions, o.Disabled = s.ValueFileSchemes(), s.KustomizeBuildOptions(), disabled(s)
	return side{
		tree: tree, commit: commit, tracking: manifest.Tracking(s.TrackingMethod()), renderer: render.New(o),
		lacks: d.trees.lacks[index], kept: d.keep(index, commit), need: d.need(index), whole: d.whole(index), all: d.all(index), entries: d.entries(index),
		links: sync.OnceValue(func() error { return source.CheckLinks(d.trees.files[index]) }),
	}
}

// fetcher brings sources to disk. Other revisions of this repository come from
// the clone and its origin, with the login that these have.
func (d *comparison) fetcher(scratch string, mirrors source.Mirrors) (*source.Fetcher, error) {
	credentials, err := d.credentials()
	if err != nil {
		return nil, err
	}
	d.log.secrets.Learn(credentials.Reveal()...)
	guard, err := d.guard()
	if err != nil {
		return nil, err
	}
	own := d.repository()
	o := source.Options{
		Client: &http.Client{Transport: guard.Transport(), Timeout: 2 * time.Minute}, Guard: guard,
		Scratch: scratch, Mirrors: mirrors, Credentials: credentials, KnownHosts: d.in.knownHosts, Submodules: d.in.submodules, LFS: d.in.lfs,
		Git: source.GitOptions{Env: append([]string{"PATH=" + d.env.path}, d.env.forwarded...)},
		Own: func(repoURL string) source.Remote {
			if d.clone == nil || !own.Is(repoURL) {
				return nil
			}
			return d.clone
		},
	}
	if d.cache != nil {
		o.Cache = d.cache
	}
	return source.NewFetcher(o), nil
}

// subdirectories makes private directories below scratch.
func subdirectories(scratch string, names ...string) ([]string, error) {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(scratch, name)
		if err := os.Mkdir(paths[i], 0o700); err != nil {
			return nil, fmt.Errorf("making a temporary directory: %w", err)
		}
	}
	return paths, nil
}
