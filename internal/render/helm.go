package render

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/getter"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// helm gives what "helm template" would print for in, with the command line
// that Argo CD builds (reference: util/helm/cmd.go). Dependencies are built
// only when Helm misses one, in a private copy, and rendering is tried once
// more. volatile says that another render may differ.
func (r *Renderer) helm(ctx context.Context, in Input) (out []byte, volatile bool, err error) {
	release, err := r.newHelmRelease(ctx, in)
	if err != nil {
		return nil, false, err
	}
	out, volatile, err = release.template(ctx, r.engine, in.Dir)
	var missing *missingDependencies
	if !errors.As(err, &missing) {
		return out, volatile, err
	}
	in.fetches()
	built, err := r.charts.build(ctx, in)
	if err != nil {
		return nil, false, err
	}
	return release.template(ctx, r.engine, built)
}

// helmRelease is everything that a template run takes besides the chart.
type helmRelease struct {
	name        string
	namespace   string
	values      map[string]any
	kubeVersion string // "" leaves it to Helm
	apiVersions []string
	options     argocd.Helm
	skipHooks   bool
	getters     getter.Providers // of what schemas name
}

// prints says whether "helm template" prints a hook.
func (h *helmRelease) prints(isTest bool) bool {
	return !h.skipHooks && !(isTest && h.options.SkipTests)
}

func (r *Renderer) newHelmRelease(ctx context.Context, in Input) (*helmRelease, error) {
	options := argocd.Helm{}
	if in.Source.Helm != nil {
		options = *in.Source.Helm
	}
	if err := checkHelmVersion(options.Version, in.has(helmVersion4)); err != nil {
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
		getters:     r.options.Getters,
	}, nil
}

// checkHelmVersion accepts what Argo CD accepts; none of them selects another
// Helm.
func checkHelmVersion(version string, v4 bool) error {
	if version == "" || version == "v3" || version == "v4" && v4 {
		return nil
	}
	hint := `Leave helm.version out, or write "v3".`
	if version == "v4" {
		hint = "Argo CD accepts v4 from 3.5 on. " + hint
	}
	return fault.WithHint(fmt.Errorf("helm version '%s' is not supported", version), "%s", hint)
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
func helmKubeVersion(options argocd.Helm, in Input) (string, error) {
	version, err := parseKubeVersion(firstSet(options.KubeVersion, in.KubeVersion))
	if err == nil && version == "" {
		err = fault.WithHint(errors.New("expected a Kubernetes version for the chart, found none"),
			"Set kube-version to that of the destination cluster.")
	}
	return version, err
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
func (h *helmRelease) template(ctx context.Context, engine chartTemplater, dir string) (out []byte, volatile bool, err error) {
	type result struct {
		out      []byte
		volatile bool
		err      error
	}
	done := make(chan result, 1)
	go func() {
		out, volatile, err := h.guarded(engine, dir)
		done <- result{out, volatile, err}
	}()
	select {
	case got := <-done:
		return got.out, got.volatile, got.err
	case <-ctx.Done():
		return nil, false, fmt.Errorf("rendering the chart: %w", context.Cause(ctx))
	}
}

// guarded turns a panic of Helm or of a template function into an error.
func (h *helmRelease) guarded(engine chartTemplater, dir string) (out []byte, volatile bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rendering the chart: Helm stopped unexpectedly: %v", p)
		}
	}()
	return engine.template(dir, h)
}
