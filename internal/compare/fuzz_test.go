package compare_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// FuzzDocuments compares two texts as documents of a ConfigMap: other texts are
// one change that says something, the same text is none.
func FuzzDocuments(f *testing.F) {
	for _, pair := range [][2]string{
		{"a: 1\n", "a: 2\n"}, {"{\"a\": [1, 2]}", "a:\n- 1\n- 2\n"}, {"# c\na: 1", "a: 1"}, {"a: 1.10", "a: 1.1"}, {"a: \"1.10\"", "a: 1.10"}, {"a: &x [*x]", "a: 1"},
		{"a: !!binary aGk=", "a: b"}, {"? [a]\n: b", "a: b"}, {"a: 1\na: 2", "a: 2"}, {"- a\n- b", "- b\n- a"}, {"a: yes", "a: true"}, {"a: ~", "a: null"}, {"", "\n"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, base, head string) {
		of := func(text string) *unstructured.Unstructured {
			return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}, "data": map[string]any{"a.yaml": text}}}
		}
		r := mustCompare(t, list(of(base)), list(of(head)))
		if base == head && len(r.Changes) != 0 {
			t.Errorf("the same text differs:\n%s", r.Changes[0].Diff)
		}
		if base != head && (len(r.Changes) != 1 || r.Changes[0].Diff == "" || len(r.Changes[0].Paths) == 0) {
			t.Errorf("%q and %q: %+v", base, head, r.Changes)
		}
	})
}
