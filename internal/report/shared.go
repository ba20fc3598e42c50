package report

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
)

// spot is one resource of one cluster.
type spot struct{ cluster, resource string }

// deployed is one Application's part of a side.
type deployed struct {
	cluster string
	objects []object
}

func deploy(def *argocd.Application, rendered []*unstructured.Unstructured) deployed {
	if def == nil {
		return deployed{}
	}
	d := deployed{cluster: destination(def.Spec.Destination).Cluster}
	for _, o := range objects(rendered) {
		if o.text("metadata", "name") != "" {
			d.objects = append(d.objects, o)
		}
	}
	return d
}

// owners gives the Applications that deploy each resource, by index.
func owners(side []deployed) map[spot][]int {
	found := map[spot][]int{}
	for i, d := range side {
		for _, o := range d.objects {
			key := spot{d.cluster, identity(o)}
			if !slices.Contains(found[key], i) {
				found[key] = append(found[key], i)
			}
		}
	}
	return found
}

// shared finds resources that two Applications of the run deploy to one cluster
// at head, and did not both at base: each sync takes them from the other. The
// danger goes to the later Application.
func shared(all []Application, outcomes []Outcome) {
	base, head := make([]deployed, len(all)), make([]deployed, len(all))
	for i, o := range outcomes {
		if all[i].State != Failed && all[i].State != Skipped {
			base[i], head[i] = deploy(o.Selected.Base, o.Comparison.Base), deploy(o.Selected.Head, o.Comparison.Head)
		}
	}
	before, after := owners(base), owners(head)
	for i, d := range head {
		for _, o := range d.objects {
			key := spot{d.cluster, identity(o)}
			with := after[key]
			if len(with) < 2 || with[0] == i || len(before[key]) > 1 {
				continue
			}
			after[key] = slices.DeleteFunc(with, func(owner int) bool { return owner == i }) // once, even if it is there twice
			all[i].addDanger(Danger{Rule: "duplicate-resource", Resource: o.name(), Message: fmt.Sprintf(
				"The %s is also deployed by Application %s/%s: the two take it from each other.", o.text("kind"), all[with[0]].Namespace, all[with[0]].Name)})
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
