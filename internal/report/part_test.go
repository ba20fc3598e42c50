package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/compare"
)

// TestPartKeepsNoManifest looks for what made a large run hold all manifests.
func TestPartKeepsNoManifest(t *testing.T) {
	t.Parallel()
	object := &unstructured.Unstructured{Object: map[string]any{"kind": "ConfigMap"}}
	def := define("web", "1")
	o := outcome(def, def, nil, nil, compare.Change{Action: compare.Modify, Kind: "ConfigMap", Name: "a", Base: object, Head: object})
	got := NewPart(Run{}, o).Application.Changes
	if len(got) != 1 || got[0].Base != nil || got[0].Head != nil {
		t.Errorf("the part's changes: %+v", got)
	}
	if c := o.Comparison.Changes[0]; c.Base != object || c.Head != object {
		t.Errorf("the outcome's change was written to: %+v", c)
	}
}

// TestJoinLeavesParts: a shard's bundle has the parts that its own report is made
// of, and what Join finds across Applications is not for them.
func TestJoinLeavesParts(t *testing.T) {
	t.Parallel()
	def := define("web", "1")
	alone, added := trial{base: settings("a"), head: settings("a")}, trial{head: settings("a")}
	parts := []Part{NewPart(Run{}, alone.outcome(t, "one", def, def)), NewPart(Run{}, added.outcome(t, "two", def, def))}
	// Room behind the last one is where an insertion would move the others to.
	late := Danger{Rule: rules()[len(rules())-1].name}
	parts[1].Application.Dangers = append(make([]Danger, 0, 4), late)
	r := Join(Run{}, parts)
	if len(r.Applications[1].Dangers) != 2 {
		t.Fatalf("dangers: %+v", r.Applications[1].Dangers)
	}
	if diff := cmp.Diff([]Danger{late}, parts[1].Application.Dangers); diff != "" {
		t.Errorf("the part's dangers (-want +got):\n%s", diff)
	}
}
