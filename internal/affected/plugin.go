package affected

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/argoplan/argoplan/internal/argocd"
)

// plugin gives the reasons of a source that a plugin may render: what its
// helmfile names, or any change at all, unless the annotation says what it reads.
func (r *reader) plugin(s argocd.Source, dir string, annotated bool) []string {
	name, p, ok := r.renderer(s, dir)
	if !ok {
		return nil
	}
	r.reads.plugin()
	if p != nil {
		r.reads.other(p.File)
	}
	if p != nil && r.changed[p.File] {
		return []string{fmt.Sprintf("%s defines plugin %s", p.File, name)}
	}
	if annotated {
		return nil
	}
	if p != nil {
		if reasons, literal := r.helmfile(dir, *p); literal {
			return reasons
		}
	}
	r.reads.anything()
	return []string{fmt.Sprintf("plugin %s may read any file of the repository, and %s", name, r.count())}
}

// renderer finds the plugin that may render a source; p is nil for one that
// nobody defines. A discovery command is not run here: it may match, so it
// counts.
func (r *reader) renderer(s argocd.Source, dir string) (name string, p *argocd.PluginDefinition, ok bool) {
	if s.Plugin == nil && (s.Helm != nil || s.Kustomize != nil || s.Directory != nil) {
		return "", nil, false
	}
	named := s.Plugin != nil && s.Plugin.Name != ""
	for i := range r.query.Plugins {
		p := &r.query.Plugins[i]
		r.reads.other(path.Join(dir, p.Discover.FileName))
		if named && p.FullName() == s.Plugin.Name || !named && r.tree.mayClaim(p.Discover, dir) {
			return p.FullName(), p, true
		}
	}
	if named {
		return s.Plugin.Name, nil, true
	}
	return "", nil, false
}

// mayClaim errs on the side of yes.
func (t *Tree) mayClaim(d argocd.Discover, dir string) bool {
	if d.IsZero() {
		return false
	}
	if d.FileName == "" {
		return true
	}
	matches, err := fs.Glob(t.fs, path.Join(dir, d.FileName))
	return err == nil && len(matches) > 0
}
