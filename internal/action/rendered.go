package action

import (
	"reflect"
	"slices"

	"github.com/argoplan/argoplan/internal/applicationset"
	"github.com/argoplan/argoplan/internal/argocd"
)

// isSet says whether an ApplicationSet generates an Application.
func (s *sets) isSet(object map[string]any, a *argocd.Application) bool {
	set, _ := applicationset.Parse(object, "", 0)
	return s.idOf(set) == s.id(a.Namespace, a.Set)
}

// learn takes over the Secrets of clusters that a side's Applications render. It
// says whether a generator may now find more clusters than before.
func (s *sets) learn(index int, rendered []argocd.ClusterSecret) bool {
	if s.clusters != nil || !s.readsClusters(index) {
		return false
	}
	written, _ := s.d.files[index].ClusterSecrets()
	var fresh []argocd.ClusterSecret
	for _, c := range rendered {
		same := func(w argocd.ClusterSecret) bool { w.File = ""; return reflect.DeepEqual(w, c) }
		if !slices.ContainsFunc(written, same) && !slices.ContainsFunc(fresh, same) {
			fresh = append(fresh, c)
		}
	}
	if reflect.DeepEqual(fresh, s.rendered[index]) {
		return false
	}
	s.rendered[index] = fresh
	return true
}

func (s *sets) readsClusters(index int) bool {
	for _, e := range s.known[index] {
		if e.set.ReadsClusters() {
			return true
		}
	}
	return false
}

// withClusters puts the Secrets that are rendered in the place of those that stand
// in the tree for the same cluster.
func withClusters(written, rendered []argocd.ClusterSecret) []argocd.ClusterSecret {
	kept := slices.DeleteFunc(slices.Clone(written), func(w argocd.ClusterSecret) bool {
		return slices.ContainsFunc(rendered, func(r argocd.ClusterSecret) bool { return r.Server == w.Server && r.Name == w.Name })
	})
	return append(kept, rendered...)
}

// withRendered puts AppProjects that are rendered in the place of those of the same
// name that stand in the tree.
func withRendered(written, rendered []argocd.Project) []argocd.Project {
	same := func(a, b argocd.Project) bool {
		return a.Name == b.Name && (a.Namespace == b.Namespace || a.Namespace == "")
	}
	all := slices.DeleteFunc(slices.Clone(written), func(w argocd.Project) bool {
		return slices.ContainsFunc(rendered, func(r argocd.Project) bool { return same(w, r) })
	})
	for _, r := range rendered {
		if !slices.ContainsFunc(all, func(p argocd.Project) bool { return reflect.DeepEqual(p, r) }) {
			all = append(all, r)
		}
	}
	return all
}
