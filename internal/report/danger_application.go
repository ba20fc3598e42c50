package report

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// moves finds what is created anew elsewhere: the whole Application if its
// destination changes, else single resources.
func moves(s scene) []Danger {
	if s.base == nil || s.head == nil {
		return nil
	}
	from, to := destination(s.base.Spec.Destination), destination(s.head.Spec.Destination)
	if from.Cluster != to.Cluster {
		return one(fmt.Sprintf("The cluster changes from %s to %s: everything is created anew there, and what is in the old one stays, managed by nobody.",
			from.Cluster, to.Cluster))
	}
	moved := s.movedResources()
	if from.Namespace == to.Namespace || len(moved) == 0 {
		return moved
	}
	return one(fmt.Sprintf("The destination namespace changes from %s to %s: %s created anew there%s.",
		from.Namespace, to.Namespace, willBe(len(moved)), s.left(len(moved))))
}

// left says what becomes of resources that are created anew elsewhere.
func (s scene) left(n int) string {
	old := "the old one"
	if n > 1 {
		old = "the old ones"
	}
	switch s.app.Sync.Policy {
	case AutoPrune:
		return ", and " + old + " deleted"
	case Auto:
		return ", and " + old + " left in the cluster"
	}
	return ""
}

// movedResources pairs what is removed with what is added under the same name
// in another namespace.
func (s scene) movedResources() []Danger {
	type key struct{ group, kind, name string }
	added := map[key]string{}
	for _, c := range s.result.Changes {
		if c.Action == compare.Add && c.Namespace != "" {
			added[key{object{"apiVersion": c.APIVersion}.group(), c.Kind, c.Name}] = c.Namespace
		}
	}
	var found []Danger
	for _, c := range s.result.Changes {
		to, there := added[key{object{"apiVersion": c.APIVersion}.group(), c.Kind, c.Name}]
		if c.Action == compare.Remove && c.Namespace != "" && there {
			found = append(found, Danger{Resource: titleOf(c), Message: fmt.Sprintf(
				"The %s moves from namespace %s to %s: it is created anew there%s.", c.Kind, c.Namespace, to, s.left(1))})
		}
	}
	return found
}

// duplicates finds resources that one Application defines twice at head, and
// did not at base.
func duplicates(s scene) []Danger {
	base, head := counts(s.result.Base), counts(s.result.Head)
	var found []Danger
	for _, u := range objects(s.result.Head) {
		id := identity(u)
		if n := head[id]; n > 1 && base[id] <= 1 && u.text("metadata", "name") != "" {
			head[id] = 0
			found = append(found, Danger{Resource: u.name(), Message: fmt.Sprintf("The %s is defined %d times; the last definition counts.", u.text("kind"), n)})
		}
	}
	return found
}

// identity is Argo CD's key of a resource.
func identity(o object) string { return o.group() + " " + o.name() }

func counts(all []*unstructured.Unstructured) map[string]int {
	n := map[string]int{}
	for _, o := range objects(all) {
		n[identity(o)]++
	}
	return n
}

// forbidden finds what the AppProject in head's tree does not permit, and base's
// did.
func forbidden(s scene) []Danger {
	if s.head == nil {
		return nil
	}
	var known []Danger
	if s.base != nil {
		if p, ok := argocd.ProjectOf(s.run.BaseProjects, s.base, s.run.ControlPlane); ok {
			known = violations(p, s.base, objects(s.result.Base))
		}
	}
	p, ok := argocd.ProjectOf(s.run.HeadProjects, s.head, s.run.ControlPlane)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(violations(p, s.head, objects(s.result.Head)), func(d Danger) bool { return slices.Contains(known, d) })
}

// violations checks sources, destination and resources, each kind once.
func violations(p argocd.Project, a *argocd.Application, all []object) []Danger {
	var found []Danger
	sources, _ := a.EffectiveSources()
	for _, src := range sources {
		if !p.PermitsSource(src.RepoURL) {
			found = append(found, Danger{FailsSync: true, Message: fmt.Sprintf("AppProject %s does not permit the source %s: Argo CD refuses to sync.", p.Name, WithoutUser(src.RepoURL))})
		}
	}
	to := a.Spec.Destination
	if !p.PermitsDestination(to) {
		found = append(found, Danger{FailsSync: true, Message: fmt.Sprintf("AppProject %s does not permit the destination %s: Argo CD refuses to sync.", p.Name, to)})
	}
	seen := map[string]bool{}
	for _, o := range all {
		namespace := o.text("metadata", "namespace")
		if namespace == "" && to.Namespace == "" {
			continue // nobody can say whether the kind is namespaced
		}
		switch {
		case !p.PermitsKind(o.group(), o.text("kind"), o.text("metadata", "name"), namespace != ""):
			found = append(found, onceOf(seen, o.kind(), o, fmt.Sprintf("AppProject %s does not permit the kind %s: the sync will fail.", p.Name, o.text("kind")))...)
		case namespace != "" && namespace != to.Namespace && !p.PermitsDestination(argocd.Destination{Server: to.Server, Name: to.Name, Namespace: namespace}):
			found = append(found, onceOf(seen, "in "+namespace, o, fmt.Sprintf("AppProject %s does not permit the namespace %s: the sync will fail.", p.Name, namespace))...)
		}
	}
	return found
}

// onceOf keeps a chart with a hundred resources of a forbidden kind from a
// hundred dangers.
func onceOf(seen map[string]bool, key string, o object, message string) []Danger {
	if seen[key] {
		return nil
	}
	seen[key] = true
	return []Danger{{Resource: o.name(), Message: message, FailsSync: true}}
}
