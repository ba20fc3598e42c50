package affected

import (
	"maps"
	"path"
	"slices"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/tree"
)

// Reads are the places of this repository that a source's render can read, each
// sorted; more may be among them, and some that aren't there.
type Reads struct {
	// Everything is true if nobody can say what is read. Plugin is, if a plugin may
	// render the source: it gets a whole tree of its own.
	Everything, Plugin bool
	Dirs               []string // with all that is in them; "." is the whole tree
	Files              []string
	Patterns           []string // of doublestar
	// Links are the symbolic links of the tree with their targets: any of them may
	// lie on the way.
	Links [][2]string
}

// ReadsOf gives what one of an Application's sources can read, the one with that
// index. Plugins are left out: nobody bounds them.
func ReadsOf(tree *Tree, repository argocd.Repository, controlPlane string, a *argocd.Application, index int) Reads {
	r := newReader(Query{Repository: repository, ControlPlane: controlPlane}, tree)
	r.reads = &notes{}
	sources, _ := a.EffectiveSources()
	r.reasonsOf(a, sources[index], sources)
	for _, l := range tree.links() {
		r.reads.Links = append(r.reads.Links, [2]string{l.name, l.target})
	}
	for _, list := range []*[]string{&r.reads.Dirs, &r.reads.Files, &r.reads.Patterns} {
		*list = slices.Sorted(maps.Keys(setOf(*list)))
	}
	return r.reads.Reads
}

// PathsOf gives all that the renders of a side's Applications can read, but for
// plugins, which get everything elsewhere. It is the
// same search as the one for changed paths: what it leaves out could change
// without selecting any of these. In q only Repository, Plugins and ControlPlane
// count.
func PathsOf(q Query, side Side) tree.Paths {
	q.Changed = nil
	r := newReader(q, side.Tree)
	r.reads = &notes{}
	for i := range side.Applications {
		r.reasons(&side.Applications[i])
	}
	names := setOf(slices.Concat(r.reads.Dirs, r.reads.Files))
	return tree.Paths{
		All:   r.reads.Everything || names["."],
		Names: slices.Sorted(maps.Keys(names)), Globs: slices.Sorted(maps.Keys(setOf(r.reads.Patterns))),
	}
}

func setOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func (r *notes) everything() {
	if r != nil {
		r.Everything = true
	}
}

func (r *notes) plugin() {
	if r != nil {
		r.Plugin = true
	}
}

func (r *notes) dir(name string) {
	if r != nil {
		r.Dirs = append(r.Dirs, name)
	}
}

func (r *notes) file(name string) {
	if r != nil {
		r.Files = append(r.Files, name)
	}
}

func (r *notes) pattern(name string) {
	if r != nil {
		r.Patterns = append(r.Patterns, name)
	}
}

// other notes a place that was looked at, and that the render need not read: a
// change there counts, or leads elsewhere.
func (r *notes) other(name string) {
	if r != nil {
		r.others = append(r.others, fixed(path.Clean(name)))
	}
}

func (r *notes) anything() {
	if r != nil {
		r.anyChange = true
	}
}
