package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func mustParse(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	objects, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestExpand(t *testing.T) {
	t.Parallel()
	const item = "{kind: A, metadata: {name: one}}"
	tests := map[string]struct {
		in   string
		want []string
	}{
		"no list":             {"kind: A\nmetadata: {name: x}", []string{"A/x"}},
		"list":                {"kind: List\nitems: [" + item + ", {kind: B, metadata: {name: b}}]", []string{"A/one", "B/b"}},
		"in its place":        {"kind: X\n---\nkind: List\nitems: [" + item + "]\n---\nkind: Z", []string{"X/", "A/one", "Z/"}},
		"any kind with items": {"kind: Recipe\nspec: {}\nitems: [" + item + "]", []string{"A/one"}},
		"one level only":      {"kind: List\nitems: [{kind: List, items: [" + item + "]}]", []string{"List/"}},
		"empty list":          {"kind: List\nitems: []", nil},
		"null items":          {"kind: RoleList\nitems: null", nil},
		"null items and spec": {"kind: Menu\nmetadata: {name: m}\nspec: {}\nitems: null", []string{"Menu/m"}},
		"null items and status": {
			"kind: Menu\nmetadata: {name: m}\nstatus: {}\nitems: null", []string{"Menu/m"},
		},
		"items is a map": {"kind: Menu\nmetadata: {name: m}\nitems: {a: b}", []string{"Menu/m"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			objects, err := Expand(mustParse(t, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, names(objects)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExpandErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"not an object": {"kind: List\nitems: [{kind: A}, 3]", "expanding List: item 2: expected an object"},
		"no kind": {
			"kind: ConfigMapList\nmetadata: {name: all}\nitems: [{metadata: {name: a}}]",
			"expanding ConfigMapList all: item 1: the object has no kind",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Expand(mustParse(t, tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q in it", err, tt.want)
			}
		})
	}
}
