package report

import (
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// rule finds one kind of danger.
type rule struct {
	name  string // Danger.Rule
	about string // one line, as docs/report.md has it
	find  func(scene) []Danger
}

// rules are all of them, most severe first.
func rules() []rule {
	return []rule{
		{"deletes-data", "a Namespace, CustomResourceDefinition, PersistentVolumeClaim, PersistentVolume or StatefulSet is deleted", each(deletesData)},
		{"finalizer-cascade", "deleting the Application deletes its resources too, by its finalizer", cascades},
		{"project-forbids", "the AppProject does not permit a source, a destination or a resource, so the sync fails", forbidden},
		{"immutable-field", "a field changes that Kubernetes does not let change, so the sync fails, or deletes and creates anew", each(immutable)},
		{"moves-resource", "the destination or a resource's namespace changes, so it is created anew elsewhere", moves},
		{"widens-rbac", "a role gains * verbs or resources, or a binding gives cluster-admin", each(widensRBAC)},
		{"scales-to-zero", "a workload loses its last replica", each(scalesToZero)},
		{"removes-protection", "a PodDisruptionBudget or NetworkPolicy is removed", each(removesProtection)},
		{"duplicate-resource", "a resource is defined twice, in one Application or in two", duplicates},
		{"restarts-pods", "pods restart because a checksum annotation changes", each(restartsPods)},
	}
}

// scene is what a rule looks at: one Application that rendered on both sides.
type scene struct {
	run        Run
	app        Application
	base, head *argocd.Application // nil where it doesn't exist
	result     compare.Result
}

// definition is the one that holds after the merge.
func (s scene) definition() *argocd.Application {
	if s.head != nil {
		return s.head
	}
	return s.base
}

// each makes a rule of a function on one change. Hooks that are never applied
// and fields that the sync leaves alone endanger nothing.
func each(find func(scene, compare.Change) []Danger) func(scene) []Danger {
	return func(s scene) []Danger {
		var all []Danger
		for _, c := range s.result.Changes {
			if neverApplied(c.Hook) {
				continue
			}
			for _, d := range find(s, s.respected(c)) {
				d.Resource = titleOf(c)
				all = append(all, d)
			}
		}
		return all
	}
}

// dangersOf applies all rules to an Application that rendered.
func dangersOf(s scene) []Danger {
	if s.app.State == Failed || s.app.State == Skipped {
		return nil
	}
	var all []Danger
	for _, r := range rules() {
		for _, d := range r.find(s) {
			d.Rule = r.name
			all = append(all, d)
		}
	}
	return all
}

// one is a danger about the whole resource.
func one(message string) []Danger { return []Danger{{Message: message}} }
