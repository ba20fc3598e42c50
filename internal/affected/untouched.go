package affected

import "github.com/argoplan/argoplan/internal/argocd"

// Untouched finds the sources that a change can't reach. It is not for several
// goroutines at once.
type Untouched struct{ base, head *reader }

// NewUntouched looks at the paths in q.Changed, at both sides.
func NewUntouched(q Query) Untouched {
	return Untouched{newReader(q, q.Base.Tree), newReader(q, q.Head.Tree)}
}

// Source says whether the render of a source that both sides have, the one with
// that index, can read none of the changed paths on either side. It looks at
// files of this repository alone; that the definitions are the same is the
// caller's to know.
func (u Untouched) Source(base, head *argocd.Application, index int) bool {
	return u.base.avoids(base, index) && u.head.avoids(head, index)
}

func (r *reader) avoids(a *argocd.Application, index int) bool {
	sources, _ := a.EffectiveSources()
	return a.Invalid == nil && index < len(sources) && len(r.reasonsOf(a, sources[index], sources)) == 0
}
