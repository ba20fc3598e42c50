package render

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// helmTool is what the go.mod of this project pins.
const helmTool = "Helm v3.22.0"

// helm gives what "helm template" would print for in, with the command line
// that Argo CD builds (reference: util/helm/cmd.go). Dependencies are built
// only when Helm misses one, in a private copy, and rendering is tried once
// more.
func (r *Renderer) helm(ctx context.Context, in Input) ([]byte, error) {
	release, err := r.newHelmRelease(ctx, in)
	if err != nil {
		return nil, err
	}
	out, err := release.template(ctx, in.Dir)
	var missing *missingDependencies
	if !errors.As(err, &missing) {
		return out, err
	}
	built, err := r.charts.build(ctx, in)
	if err != nil {
		return nil, err
	}
	return release.template(ctx, built)
}

// helmRelease is everything that a template run takes besides the chart.
type helmRelease struct {
	name        string
	namespace   string
	values      map[string]any
	kubeVersion *chartutil.KubeVersion
	apiVersions []string
	options     argocd.Helm
}

func (r *Renderer) newHelmRelease(ctx context.Context, in Input) (*helmRelease, error) {
	options := argocd.Helm{}
	if in.Source.Helm != nil {
		options = *in.Source.Helm
	}
	if err := checkHelmVersion(options.Version); err != nil {
		return nil, err
	}
	version, err := helmKubeVersion(options, in)
	if err != nil {
		return nil, err
	}
	values, err := r.values(ctx, in, options)
	if err != nil {
		return nil, err
	}
	return &helmRelease{
		name:        releaseName(options, in),
		namespace:   firstSet(options.Namespace, in.Namespace, "default"),
		values:      values,
		kubeVersion: version,
		apiVersions: apiVersions(options, in),
		options:     options,
	}, nil
}

// checkHelmVersion accepts what Argo CD accepts; none of them selects another
// Helm.
func checkHelmVersion(version string) error {
	switch version {
	case "", "v3", "v4":
		return nil
	}
	return fault.WithHint(fmt.Errorf("helm version '%s' is not supported", version),
		`Leave helm.version out, or write "v3".`)
}

// releaseName is the name of the Application without the namespace that an
// instance name may begin with. Nothing is truncated; Helm refuses a name of
// more than 53 characters.
func releaseName(options argocd.Helm, in Input) string {
	if options.ReleaseName != "" {
		return options.ReleaseName
	}
	if _, name, found := strings.Cut(in.AppName, "_"); found {
		return name
	}
	return in.AppName
}

// helmKubeVersion never leaves the version to the library, whose default is
// that of the machine it was linked on.
func helmKubeVersion(options argocd.Helm, in Input) (*chartutil.KubeVersion, error) {
	version, err := parseKubeVersion(firstSet(options.KubeVersion, in.KubeVersion))
	if err != nil {
		return nil, err
	}
	if version == "" {
		return nil, fault.WithHint(errors.New("expected a Kubernetes version for the chart, found none"),
			"Set kube-version to that of the destination cluster.")
	}
	return chartutil.ParseKubeVersion(version)
}

// apiVersions splits at commas, as the flag --api-versions does.
func apiVersions(options argocd.Helm, in Input) []string {
	given := in.APIVersions
	if len(options.APIVersions) > 0 {
		given = options.APIVersions
	}
	var versions []string
	for _, entry := range given {
		versions = append(versions, strings.Split(entry, ",")...)
	}
	return versions
}

// firstSet gives the first string that is not empty.
func firstSet(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// template renders the chart in dir. A template that never ends is left behind
// when ctx ends: a goroutine can't be stopped from outside.
func (h *helmRelease) template(ctx context.Context, dir string) ([]byte, error) {
	type result struct {
		out []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, err := h.guarded(dir)
		done <- result{out, err}
	}()
	select {
	case got := <-done:
		return got.out, got.err
	case <-ctx.Done():
		return nil, fmt.Errorf("rendering the chart: %w", context.Cause(ctx))
	}
}

// guarded turns a panic of Helm or of a template function into an error.
func (h *helmRelease) guarded(dir string) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rendering the chart: Helm stopped unexpectedly: %v", p)
		}
	}()
	chart, err := loadChart(dir)
	if err != nil {
		return nil, err
	}
	release, err := h.install().Run(chart, h.values)
	if err != nil {
		return nil, templateError(err, dir)
	}
	return printRelease(release, h.options.SkipTests), nil
}

// install is set up as cmd/helm/template.go does, with a configuration of its
// own: no cluster is asked, "lookup" finds nothing and no name is resolved.
func (h *helmRelease) install() *action.Install {
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRun = true
	install.DryRunOption = "true"
	install.ClientOnly = true
	install.Replace = true
	install.ReleaseName = h.name
	install.Namespace = h.namespace
	install.KubeVersion = h.kubeVersion
	install.APIVersions = chartutil.VersionSet(h.apiVersions)
	install.IncludeCRDs = !h.options.SkipCrds
	install.SkipSchemaValidation = h.options.SkipSchemaValidation
	return install
}

// missingDependencies is Helm's complaint that charts/ lacks an entry of
// Chart.yaml.
type missingDependencies struct{ err error }

func (m *missingDependencies) Error() string { return m.err.Error() }
func (m *missingDependencies) Unwrap() error { return m.err }

// loadChart reads a chart directory and checks what "helm template" checks
// before it renders.
func loadChart(dir string) (*chart.Chart, error) {
	loaded, err := loader.LoadDir(dir)
	if err != nil {
		return nil, chartError(err, dir)
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, fault.InFile(fault.WithHint(fmt.Errorf("%s charts are not installable", kind),
			"Point the source at a chart of type application that depends on it."), "Chart.yaml")
	}
	if dependencies := loaded.Metadata.Dependencies; dependencies != nil {
		if err := action.CheckDependencies(loaded, dependencies); err != nil {
			return nil, &missingDependencies{err: err}
		}
	}
	return loaded, nil
}
