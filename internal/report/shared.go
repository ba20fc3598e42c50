package report

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// shared finds resources that two Applications of the run deploy to one cluster
// at head, and did not both at base: each sync takes them from the other. It
// adds the danger to the later Application, and keeps the order of the rules.
func shared(all []Application, outcomes []Outcome) {
	type place struct{ cluster, resource string }
	owners := func(side func(Outcome) (cluster string, objects []*unstructured.Unstructured)) map[place][]int {
		found := map[place][]int{}
		for i, o := range outcomes {
			if all[i].State == Failed || all[i].State == Skipped {
				continue
			}
			cluster, rendered := side(o)
			for _, u := range objects(rendered) {
				key := place{cluster, identity(u)}
				if u.text("metadata", "name") != "" && !slices.Contains(found[key], i) {
					found[key] = append(found[key], i)
				}
			}
		}
		return found
	}
	before := owners(func(o Outcome) (string, []*unstructured.Unstructured) {
		if o.Selected.Base == nil {
			return "", nil
		}
		return destination(o.Selected.Base.Spec.Destination).Cluster, o.Comparison.Base
	})
	after := owners(func(o Outcome) (string, []*unstructured.Unstructured) {
		if o.Selected.Head == nil {
			return "", nil
		}
		return destination(o.Selected.Head.Spec.Destination).Cluster, o.Comparison.Head
	})
	for i := range all {
		if outcomes[i].Selected.Head == nil {
			continue
		}
		cluster := destination(outcomes[i].Selected.Head.Spec.Destination).Cluster
		reported := map[string]bool{}
		for _, u := range objects(outcomes[i].Comparison.Head) {
			key := place{cluster, identity(u)}
			if with := after[key]; len(with) > 1 && with[0] != i && slices.Contains(with, i) && len(before[key]) < 2 && !reported[key.resource] {
				reported[key.resource] = true
				all[i].addDanger(Danger{Rule: "duplicate-resource", Resource: u.name(), Message: fmt.Sprintf(
					"The %s is also deployed by Application %s/%s: the two take it from each other.", u.text("kind"), all[with[0]].Namespace, all[with[0]].Name)})
			}
		}
	}
}

// addDanger puts a danger at the end of those of its severity.
func (a *Application) addDanger(d Danger) {
	severity := map[string]int{}
	for i, r := range rules() {
		severity[r.name] = i
	}
	at := slices.IndexFunc(a.Dangers, func(other Danger) bool { return severity[other.Rule] > severity[d.Rule] })
	if at < 0 {
		at = len(a.Dangers)
	}
	a.Dangers = slices.Insert(a.Dangers, at, d)
}
