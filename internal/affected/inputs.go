package affected

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// reader finds which changed paths an Application's render can read at one
// side.
type reader struct {
	query   Query
	tree    *Tree
	paths   paths
	changed map[string]bool // paths.has
	// reads notes what is asked for; nil notes nothing.
	reads *notes
	// withoutPlugins leaves out what plugins may read.
	withoutPlugins bool
	owns           map[[2]string]bool
}

func newReader(q Query, tree *Tree) *reader {
	p := newPaths(q.Changed)
	q.Changed = p.sorted
	return &reader{query: q, tree: tree, paths: p, changed: p.has, owns: map[[2]string]bool{}}
}

// reasons gives those of all sources that read this repository.
func (r *reader) reasons(a *argocd.Application) []string {
	if a.Invalid != nil || len(r.changed) == 0 && r.reads == nil {
		return nil
	}
	sources, _ := a.EffectiveSources()
	var reasons []string
	for _, s := range sources {
		reasons = merge(reasons, r.reasonsOf(a, s, sources))
	}
	return reasons
}

// reasonsOf gives those of one of the sources.
func (r *reader) reasonsOf(a *argocd.Application, s argocd.Source, all []argocd.Source) []string {
	reasons := r.valueFiles(s, all)
	if !r.own(s) || s.Chart != "" {
		return reasons
	}
	reasons = merge(reasons, r.source(a, s))
	if overridden, ok := r.overridden(a, s); ok {
		reasons = merge(reasons, r.valueFiles(overridden, all))
		reasons = merge(reasons, r.source(a, overridden))
	}
	return reasons
}

// overridden gives a source as the override files in its directory make it:
// these may name value files, components or libraries that lie elsewhere. What they
// take away counts all the same.
func (r *reader) overridden(a *argocd.Application, s argocd.Source) (argocd.Source, bool) {
	found := false
	for _, name := range []string{".argocd-source.yaml", ".argocd-source-" + a.InstanceName(r.query.ControlPlane) + ".yaml"} {
		r.reads.other(path.Join(s.Path, name))
		if !r.tree.has(path.Clean(s.Path), name) {
			continue
		}
		data, ok := r.tree.Read(path.Join(s.Path, name))
		if !ok {
			continue
		}
		over, err := s.Overridden(data)
		if err == nil {
			s, found = over, true
		}
	}
	return s, found
}

// own says whether a source is read from the trees under comparison.
func (r *reader) own(s argocd.Source) bool {
	key := [2]string{s.RepoURL, s.TargetRevision}
	own, known := r.owns[key]
	if !known {
		own = r.query.Repository.Is(s.RepoURL) && r.query.Repository.Follows(s.TargetRevision)
		r.owns[key] = own
	}
	return own
}

// source gives the reasons that one source's directory holds.
func (r *reader) source(a *argocd.Application, s argocd.Source) []string {
	if s.Path == "" && s.Ref != "" {
		return nil
	}
	dir := path.Clean(s.Path)
	reasons := r.below(dir, func(file string) string {
		if file == dir {
			return file + " is the source path"
		}
		return file + " is below the source path"
	})
	reasons = merge(reasons, r.dependencies(dir, map[string]bool{dir: true}))
	reasons = merge(reasons, r.kustomize(dir, s.Kustomize))
	if d := s.Directory; d == nil {
		reasons = merge(reasons, r.jsonnet(dir, argocd.Directory{}))
	} else {
		reasons = merge(reasons, r.jsonnet(dir, *d))
	}
	reasons = merge(reasons, r.linked(dir, map[string]bool{}))
	covered, annotated := r.annotated(a, s)
	if len(reasons) == 0 {
		reasons = covered
	}
	if len(reasons) == 0 && !r.withoutPlugins {
		reasons = r.plugin(s, dir, annotated)
	}
	return reasons
}

// count says how much changed, where any change counts.
func (r *reader) count() string {
	if len(r.query.Changed) == 1 {
		return r.query.Changed[0] + " changed"
	}
	return fmt.Sprintf("%d files changed", len(r.query.Changed))
}

// below gives one reason for all changed paths in a directory: the first path,
// and how many more there are.
func (r *reader) below(dir string, say func(file string) string) []string {
	r.reads.dir(dir)
	first, more := "", 0
	if r.changed[dir] {
		first = dir // a link, or a file on one side
	}
	for _, c := range r.query.Changed[r.from(dir):] {
		if !inside(dir, c) {
			break // sorted: what lies in dir stands together
		}
		if first == "" {
			first = c
		} else {
			more++
		}
	}
	switch {
	case first == "":
		return nil
	case more == 0:
		return []string{say(first)}
	case more == 1:
		return []string{say(first) + ", and one more file"}
	}
	return []string{fmt.Sprintf("%s, and %d more files", say(first), more)}
}

// from is the index of the first changed path that may lie in dir.
func (r *reader) from(dir string) int {
	if dir == "." {
		return 0
	}
	i, _ := slices.BinarySearch(r.query.Changed, dir+"/")
	return i
}

// inside is true for a path in dir or further down; "." holds everything.
func inside(dir, file string) bool {
	return dir == "." || strings.HasPrefix(file, dir+"/")
}

// dependencies follows the file:// dependencies of a chart, which may lie
// outside of its directory.
func (r *reader) dependencies(dir string, seen map[string]bool) []string {
	var reasons []string
	for _, dep := range r.tree.localDependencies(dir) {
		target := path.Join(dir, dep)
		if seen[target] || !filepath.IsLocal(filepath.FromSlash(target)) {
			continue
		}
		seen[target] = true
		reasons = merge(reasons, r.below(target, func(file string) string {
			return fmt.Sprintf("%s belongs to chart %s, a dependency of %s", file, target, dir)
		}))
		reasons = merge(reasons, r.linked(target, map[string]bool{}))
		reasons = merge(reasons, r.dependencies(target, seen))
	}
	return reasons
}

// localDependencies gives the paths of a chart's file:// dependencies. What
// can't be read has none here; the render says what is wrong with it.
func (t *Tree) localDependencies(chart string) []string {
	var paths []string
	for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
		if !t.has(chart, name) {
			continue
		}
		name = path.Join(chart, name)
		if data, ok := t.Read(name); !ok || !bytes.Contains(data, []byte("file://")) {
			continue
		}
		list, _ := t.yaml(name)["dependencies"].([]any)
		for _, d := range list {
			dependency, _ := d.(map[string]any)
			repository, _ := dependency["repository"].(string)
			if p, ok := strings.CutPrefix(repository, "file://"); ok {
				paths = append(paths, p)
			}
		}
	}
	return paths
}
