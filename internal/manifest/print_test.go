package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestYAML(t *testing.T) {
	t.Parallel()
	objects := mustParse(t, "kind: B\napiVersion: v1\ndata: {z: '1', a: 'true'}\n---\nkind: A\nspec: {count: 10000000}\n")
	const want = `apiVersion: v1
data:
  a: "true"
  z: "1"
kind: B
---
kind: A
spec:
  count: 10000000
`
	if diff := cmp.Diff(want, string(YAML(objects))); diff != "" {
		t.Error(diff)
	}
	if got := YAML(nil); len(got) != 0 {
		t.Errorf("no objects print as %q", got)
	}
}

func TestYAMLKeepsItsPlaceForWhatCannotBePrinted(t *testing.T) {
	t.Parallel()
	objects := mustParse(t, "kind: A\nmetadata: {name: a}")
	objects[0].Object["spec"] = func() {}
	if got, want := string(YAML(objects)), "# A a cannot be printed: "; len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("got %q", got)
	}
}
