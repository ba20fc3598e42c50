package report

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
)

// TestHTMLTellsWhatIsKnownOfAChange wants summaries and renames at their changes.
func TestHTMLTellsWhatIsKnownOfAChange(t *testing.T) {
	t.Parallel()
	change := func(action compare.Action, name string) compare.Change {
		return compare.Change{Action: action, APIVersion: "v1", Kind: "ConfigMap", Namespace: "redis", Name: name, Diff: "+ a"}
	}
	gone, come, schema := change(compare.Remove, "old"), change(compare.Add, "new"), change(compare.Modify, "crd")
	gone.RenamedTo, come.RenamedFrom = "ConfigMap redis/new", "ConfigMap redis/old"
	schema.Summary = []string{"v1: 1 field added (spec.keep)"}
	text, _ := page(t, &Report{Applications: []Application{{
		Name: "redis", State: Changed, Changes: []compare.Change{gone, schema, come},
		Renames: []Rename{{From: "ConfigMap redis/old", To: "ConfigMap redis/new", Meaning: "the new one is created and the old one stays"}},
	}}})
	for _, want := range []string{"renamed to ConfigMap redis/new", "renamed from ConfigMap redis/old", "v1: 1 field added (spec.keep)"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("the page has %d times %q", strings.Count(text, want), want)
		}
	}
	if n := strings.Count(text, "The content is the same: the new one is created and the old one stays"); n != 2 {
		t.Errorf("the page says %d times what a sync makes of the rename", n)
	}
}
