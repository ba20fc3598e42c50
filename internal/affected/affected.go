// Package affected pairs the Applications of base and head and selects those
// whose render a pull request can change, each with its reasons. It reads
// files, and renders nothing.
package affected

import (
	"slices"

	"github.com/argoplan/argoplan/internal/argocd"
)

// Pair is one Application on both sides; a side without it is nil.
type Pair struct {
	ID   argocd.ID
	Base *argocd.Application
	Head *argocd.Application
	// RenamedFrom is the ID at base of an Application that only its name or
	// namespace tells apart; zero otherwise.
	RenamedFrom argocd.ID
}

// Either gives the head's definition, or base's for a deleted Application.
func (p Pair) Either() *argocd.Application {
	if p.Head != nil {
		return p.Head
	}
	return p.Base
}

// Selected is a Pair that the change can affect.
type Selected struct {
	Pair
	// Reasons say why, most telling first; there is at least one.
	Reasons []string
}

// Side is one revision: its tree and the Applications in it.
type Side struct {
	Tree         *Tree
	Applications []argocd.Application
}

// Query is what Select needs to know.
type Query struct {
	Base, Head Side
	// Changed holds the paths that differ, relative to the trees, sorted.
	Changed      []string
	Repository   argocd.Repository
	Plugins      []argocd.PluginDefinition // those that a render may run
	ControlPlane string                    // the control plane's namespace
	// Settings are the keys of argocd-cm that differ and shape renders.
	Settings []string
	// All selects every Application, affected or not.
	All bool
	// Unknown are the Applications of which nobody can say whether the side that
	// lacks them has them.
	Unknown map[argocd.ID]bool
	// Footprints save most of the search, if they are of the same trees; nil is
	// fine.
	Footprints *Footprints
}

// Select gives the affected Applications, sorted by ID, and the number of all
// Applications on either side.
func Select(q Query) (selected []Selected, found int) {
	pairs := pair(q)
	base, head := Reader{newReader(q, q.Base.Tree), 0}, Reader{newReader(q, q.Head.Tree), 1}
	for _, p := range pairs {
		reasons := definition(p, q.Changed)
		if q.Unknown[p.ID] {
			reasons = []string{unknown(p)}
		}
		if p.Base != nil && p.Head != nil {
			reasons = append(reasons, merge(head.reasons(p.Head), base.reasons(p.Base))...)
			if len(q.Settings) > 0 {
				reasons = append(reasons, "argocd-cm changes "+list(q.Settings))
			}
		}
		if len(reasons) == 0 && q.All {
			reasons = []string{"all Applications were asked for"}
		}
		if len(reasons) > 0 {
			selected = append(selected, Selected{Pair: p, Reasons: reasons})
		}
	}
	return selected, len(pairs)
}

// Reader answers for one side what renders can read.
type Reader struct {
	reader *reader
	side   int // 0 is base, 1 is head
}

// NewReader looks at the paths in q.Changed at a side, 0 for base and 1 for head.
// Of a plugin's source only what lies below its path counts.
func NewReader(q Query, side int) Reader {
	r := newReader(q, [2]*Tree{q.Base.Tree, q.Head.Tree}[side])
	r.withoutPlugins = true
	return Reader{r, side}
}

// Reads says whether an Application's render can read one of the paths.
func (r Reader) Reads(a *argocd.Application) bool { return len(r.reasons(a)) > 0 }

// reasons says why, and looks only where there may be any.
func (r Reader) reasons(a *argocd.Application) []string {
	prints := r.reader.query.Footprints
	if prints != nil && !prints.mayReach(a, r.side, r.reader.paths, !r.reader.withoutPlugins) {
		return nil
	}
	return r.reader.reasons(a)
}

// merge joins two lists and drops what the second repeats.
func merge(a, b []string) []string {
	for _, reason := range b {
		if !slices.Contains(a, reason) {
			a = append(a, reason)
		}
	}
	return a
}

// pair joins the two sides by ID, then finds renames among what is left over.
func pair(q Query) []Pair {
	byID := map[argocd.ID]*Pair{}
	at := func(a *argocd.Application) *Pair {
		id := a.ID(q.ControlPlane)
		if byID[id] == nil {
			byID[id] = &Pair{ID: id}
		}
		return byID[id]
	}
	for i := range q.Base.Applications {
		at(&q.Base.Applications[i]).Base = &q.Base.Applications[i]
	}
	for i := range q.Head.Applications {
		at(&q.Head.Applications[i]).Head = &q.Head.Applications[i]
	}
	pairs := make([]Pair, 0, len(byID))
	for _, p := range byID {
		pairs = append(pairs, *p)
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return a.ID.Compare(b.ID) })
	return renames(pairs, q.Unknown)
}
