package applicationset

import "slices"

// ReadsClusters says whether a generator of the ApplicationSet looks at the Secrets of
// clusters.
func (s Set) ReadsClusters() bool {
	return slices.ContainsFunc(s.spec.Generators, func(g generator) bool {
		return g.has(func(g generator) bool { return g.Clusters != nil })
	})
}

// Constant says whether the ApplicationSet generates the same wherever it stands: its
// generators read neither repositories nor the Secrets of clusters.
func (s Set) Constant() bool {
	return !slices.ContainsFunc(s.spec.Generators, func(g generator) bool {
		return g.has(func(g generator) bool { return g.Clusters != nil || g.Git != nil })
	})
}

// has asks a generator, and those inside it.
func (g generator) has(what func(generator) bool) bool {
	if what(g) {
		return true
	}
	for _, c := range []*combination{g.Matrix, g.Merge} {
		if c != nil && slices.ContainsFunc(c.Generators, func(inner generator) bool { return inner.has(what) }) {
			return true
		}
	}
	return false
}
