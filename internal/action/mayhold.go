package action

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// mayHold says whether an Application's render can hold Applications, so that
// it is worth rendering before anybody knows whether it is affected: it reads a
// file that may make some, or its own document does. What comes from elsewhere is
// not known: it may, if it deploys to the control plane's namespace, where
// Applications live.
func (f *family) mayHold(a *argocd.Application) bool {
	if a.Invalid != nil {
		return false
	}
	if mentions(a.Definition["spec"], "argoproj.io") {
		return true
	}
	sources, _ := a.EffectiveSources()
	for _, s := range sources {
		if a.Spec.Destination.Namespace == f.d.in.controlPlane && f.fetches(s) {
			return true
		}
	}
	return f.mentions.Reads(a)
}

// mentions says whether a text stands in any string of a value.
func mentions(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		return slices.ContainsFunc(v, func(v any) bool { return mentions(v, text) })
	case map[string]any:
		for key, inner := range v {
			if strings.Contains(key, text) || mentions(inner, text) {
				return true
			}
		}
	}
	return false
}

// fetches says whether a source takes something from elsewhere: all of it, a
// chart's dependencies, a kustomization's charts and bases, or whatever a plugin
// asks for.
func (f *family) fetches(s argocd.Source) bool {
	if s.Chart != "" || !f.d.repository().Is(s.RepoURL) || s.Plugin != nil {
		return true
	}
	for name, words := range map[string][]string{
		"Chart.yaml": {"dependencies:"}, "requirements.yaml": {"dependencies:"}, "helmfile.yaml": {"releases:"},
		"kustomization.yaml": {"helmCharts", "helmChartInflationGenerator", "://", "github.com"},
	} {
		data, _ := f.d.views[f.index].Read(path.Join(s.Path, name))
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				return true
			}
		}
	}
	return false
}
