package render

import (
	"fmt"
	"path/filepath"

	"helm.sh/helm/v3/pkg/getter"
	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// helmEngine is what the helm command does for Argo CD, in one major version.
// Everything that Argo CD decides itself is outside of it.
type helmEngine interface {
	chartTemplater
	parameterSetter
	dependencyBuilder
	// tool names the engine: "Helm v3.22.0".
	tool() string
}

// newHelmEngine gives the Helm of the major version that Argo CD bundles: 4
// from 3.5 on. The minor version is always the one that is linked.
func newHelmEngine(version argocd.Version) helmEngine {
	if has(version, helm4) {
		return helm4Engine{}
	}
	return helm3Engine{}
}

// chartTemplater reads values and renders charts.
type chartTemplater interface {
	// parseValues reads the text of one value file.
	parseValues(text []byte) (map[string]any, error)
	// template gives what "helm template" prints for the chart in dir. A chart
	// that lacks a dependency gives missingDependencies. volatile says that
	// another render may differ.
	template(dir string, release *helmRelease) (out []byte, volatile bool, err error)
}

// parameterSetter changes values by single parameters. Helm 4 takes no notice of
// one whose name ends within an index, as in "list[", which Helm 3 refuses.
type parameterSetter interface {
	// set and setString read "name=value" as --set and --set-string do.
	set(text string, values map[string]any) error
	setString(text string, values map[string]any) error
	// setText gives name a text as --set-file does.
	setText(name, text string, values map[string]any) error
}

// dependencyBuilder completes the charts/ directory of a chart.
type dependencyBuilder interface {
	// declared reads what the chart in dir depends on.
	declared(dir string) (chartDependencies, error)
	// build is "helm dependency build": from the lock file, or by resolving
	// Chart.yaml if there is none.
	build(b dependencyBuild) error
}

// dependencyBuild is one run of "helm dependency build".
type dependencyBuild struct {
	dir      string // of the chart
	config   string // the file of known repositories
	cache    string // directory that holds their indexes
	getters  getter.Providers
	registry *auth.Client // nil if OCI registries are not supported
}

// noLogins is a file that isn't there: logins of registries come with the
// client alone, not from Helm's or Docker's own files.
func (b dependencyBuild) noLogins() string { return filepath.Join(b.cache, "no-registry-logins.json") }

// chartDependencies is what a chart depends on.
type chartDependencies struct {
	list   []chartDependency // in the chart's order
	locked bool              // there is a lock file
	names  map[string]bool   // of all charts in list and in the lock file
}

// chartDependency is an entry of dependencies in Chart.yaml.
type chartDependency struct {
	Name       string `json:"name"`
	Repository string `json:"repository"`
}

// missingDependencies is Helm's complaint that charts/ lacks an entry of
// Chart.yaml.
type missingDependencies struct{ err error }

func (m *missingDependencies) Error() string { return m.err.Error() }
func (m *missingDependencies) Unwrap() error { return m.err }

// installable refuses charts of another type than application, as "helm
// template" does.
func installable(kind string) error {
	if kind == "" || kind == "application" {
		return nil
	}
	return fault.InFile(fault.WithHint(fmt.Errorf("%s charts are not installable", kind),
		"Point the source at a chart of type application that depends on it."), "Chart.yaml")
}
