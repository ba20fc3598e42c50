package affected

import (
	"path/filepath"

	"github.com/argoplan/argoplan/internal/argocd"
)

// plugin says whether a plugin may render the source, and which. A discovery
// command is not run here: it may match, so it counts.
func (r *reader) plugin(s argocd.Source, dir string) (name string, ok bool) {
	if s.Plugin != nil && s.Plugin.Name != "" {
		return s.Plugin.Name, true
	}
	if s.Plugin == nil && (s.Helm != nil || s.Kustomize != nil || s.Directory != nil) {
		return "", false
	}
	for _, p := range r.query.Plugins {
		if mayClaim(p.Discover, filepath.Join(r.tree, filepath.FromSlash(dir))) {
			return p.FullName(), true
		}
	}
	return "", false
}

// mayClaim errs on the side of yes.
func mayClaim(d argocd.Discover, dir string) bool {
	if d.IsZero() {
		return false
	}
	if d.FileName == "" {
		return true
	}
	matches, err := filepath.Glob(filepath.Join(dir, d.FileName))
	return err == nil && len(matches) > 0
}
