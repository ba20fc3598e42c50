package report

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
)

// spot is one resource of one cluster.
type spot struct{ cluster, group, title string }

func (d Deployed) spot(r Resource) spot { return spot{d.Cluster, r.Group, r.Title} }

func deploy(def *argocd.Application, rendered []*unstructured.Unstructured) Deployed {
	if def == nil {
		return Deployed{}
	}
	d := Deployed{Cluster: destination(def.Spec.Destination).Cluster}
	for _, o := range objects(rendered) {
		if o.text("metadata", "name") != "" {
			d.Resources = append(d.Resources, Resource{Group: o.group(), Kind: o.text("kind"), Title: o.name()})
		}
	}
	return d
}

// owners gives the Applications that deploy each resource, by index.
func owners(parts []Part, side func(Part) Deployed) map[spot][]int {
	found := map[spot][]int{}
	for i, p := range parts {
		d := side(p)
		for _, r := range d.Resources {
			if key := d.spot(r); !slices.Contains(found[key], i) {
				found[key] = append(found[key], i)
			}
		}
	}
	return found
}

// shared finds resources that two Applications of the run deploy to one cluster
// at head, and did not both at base: each sync takes them from the other. The
// danger goes to the later Application.
func shared(all []Application, parts []Part) {
	before := owners(parts, func(p Part) Deployed { return p.Base })
	after := owners(parts, func(p Part) Deployed { return p.Head })
	for i, p := range parts {
		for _, r := range p.Head.Resources {
			key := p.Head.spot(r)
			with := after[key]
			if len(with) < 2 || with[0] == i || len(before[key]) > 1 {
				continue
			}
			after[key] = slices.DeleteFunc(with, func(owner int) bool { return owner == i }) // once, even if it is there twice
			all[i].addDanger(Danger{Rule: "duplicate-resource", Resource: r.Title, Message: fmt.Sprintf(
				"The %s is also deployed by Application %s/%s: the two take it from each other.", r.Kind, all[with[0]].Namespace, all[with[0]].Name)})
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
	a.Dangers = slices.Insert(slices.Clip(a.Dangers), at, d) // a part has the same ones
}
