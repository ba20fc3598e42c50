package affected

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// Footprints remember where the render of each Application can read. The search
// for changed paths goes there and nowhere else, so it can only find something
// where a footprint lies near one of them: for most Applications that answers every
// question. They are not for several goroutines at once.
type Footprints struct {
	sides   [2]*reader // base, head
	changed paths
	known   [2]map[uintptr]*footprint
}

// footprint is of one Application at one side.
type footprint struct {
	definition map[string]any // whose address is the key: it has to stay
	notes      notes
}

// notes are the places that a search has looked at.
type notes struct {
	Reads
	// others were looked at, too, with what is below them; nothing there may be
	// read.
	others []string
	// anyChange is true if a plugin may read whatever there is.
	anyChange bool
}

// NewFootprints begins with none. In q the two trees count, all paths in which
// they differ, and what says how sources are read.
func NewFootprints(q Query) *Footprints {
	f := &Footprints{changed: newPaths(q.Changed)}
	q.Changed = nil
	for i, tree := range []*Tree{q.Base.Tree, q.Head.Tree} {
		f.sides[i], f.known[i] = newReader(q, tree), map[uintptr]*footprint{}
	}
	return f
}

// mayReach is false if no search at that side, 0 for base and 1 for head, can find
// one of the paths for an Application. A plugin, which may read anything, counts
// if plugins says so.
func (f *Footprints) mayReach(a *argocd.Application, side int, p paths, plugins bool) bool {
	if a.Definition == nil {
		return true // nothing tells it from others
	}
	return len(p.sorted) > 0 && f.of(a, side).near(p, plugins)
}

// of gives what is remembered, or looks. What base's search looked at is the same
// at head where nothing near it changed, and so is what the search finds.
func (f *Footprints) of(a *argocd.Application, side int) *footprint {
	id := reflect.ValueOf(a.Definition).Pointer()
	if known := f.known[side][id]; known != nil {
		return known
	}
	if base := f.known[0][id]; base != nil && !base.near(f.changed, false) {
		return base
	}
	r := f.sides[side]
	r.reads = &notes{}
	r.reasons(a)
	r.behindLinks()
	found := &footprint{a.Definition, *r.reads}
	f.known[side][id] = found
	return found
}

// behindLinks notes where the links on the way to all places lead, too.
func (r *reader) behindLinks() {
	if len(r.tree.links()) == 0 {
		return
	}
	for _, name := range slices.Concat(r.reads.Dirs, r.reads.Files, r.reads.others) {
		r.linked(name, map[string]bool{})
	}
}

func (f *footprint) near(p paths, plugins bool) bool {
	n := f.notes
	return n.Everything || plugins && n.anyChange ||
		slices.ContainsFunc(n.Dirs, p.near) || slices.ContainsFunc(n.Files, p.near) || slices.ContainsFunc(n.others, p.near) ||
		slices.ContainsFunc(n.Patterns, func(pattern string) bool { return p.near(fixed(pattern)) })
}

// fixed is the directory of a pattern that it says without signs.
func fixed(pattern string) string {
	if i := strings.IndexAny(pattern, `*?[{\`); i >= 0 {
		return path.Dir(pattern[:i] + "x")
	}
	return pattern
}

// paths are some paths to look for.
type paths struct {
	sorted []string
	has    map[string]bool
}

func newPaths(names []string) paths {
	p := paths{slices.Sorted(slices.Values(names)), make(map[string]bool, len(names))}
	for _, name := range names {
		p.has[name] = true
	}
	return p
}

// near says whether one of the paths is that name, lies below it, or is a part of
// it: a file, or a link, where the name has a directory.
func (p paths) near(name string) bool {
	if name == "." || p.has[name] {
		return len(p.sorted) > 0
	}
	below := name + "/"
	if i, _ := slices.BinarySearch(p.sorted, below); i < len(p.sorted) && strings.HasPrefix(p.sorted[i], below) {
		return true
	}
	for i := range name {
		if name[i] == '/' && p.has[name[:i]] {
			return true
		}
	}
	return false
}
