package affected

import (
	"reflect"

	"github.com/argoplan/argoplan/internal/argocd"
)

// renames joins a deleted and an added Application that have the same sources
// and the same destination, when just one of each does. Argo CD itself knows
// no rename: it deletes one and creates the other, and the report says so. What
// may be on both sides is left alone.
func renames(pairs []Pair, unknown map[argocd.ID]bool) []Pair {
	gone := map[int]bool{}
	for i := range pairs {
		if pairs[i].Base != nil || unknown[pairs[i].ID] {
			continue
		}
		from, ok := only(pairs, func(p Pair) bool { return p.Head == nil && !unknown[p.ID] && sameWork(p.Base, pairs[i].Head) })
		_, unique := only(pairs, func(p Pair) bool { return p.Base == nil && sameWork(p.Head, pairs[i].Head) })
		if ok && unique {
			pairs[i].Base, pairs[i].RenamedFrom = pairs[from].Base, pairs[from].ID
			gone[from] = true
		}
	}
	kept := pairs[:0:0]
	for i, p := range pairs {
		if !gone[i] {
			kept = append(kept, p)
		}
	}
	return kept
}

// only gives the index of the one pair that matches.
func only(pairs []Pair, match func(Pair) bool) (index int, ok bool) {
	index = -1
	for i, p := range pairs {
		if !match(p) {
			continue
		}
		if index >= 0 {
			return -1, false
		}
		index = i
	}
	return index, index >= 0
}

// sameWork says whether two Applications deploy the same sources to the same
// place.
func sameWork(a, b *argocd.Application) bool {
	if a == nil || b == nil {
		return false
	}
	as, am := a.EffectiveSources()
	bs, bm := b.EffectiveSources()
	return am == bm && a.Spec.Destination == b.Spec.Destination && reflect.DeepEqual(as, bs)
}
