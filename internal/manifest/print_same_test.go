package manifest

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// TestPrintsAsThroughJSON holds the short way of printing against the long one,
// whose output people have in their reports. The long one loses YAML's own line
// breaks, such as U+2028, which the short one keeps.
func TestPrintsAsThroughJSON(t *testing.T) {
	t.Parallel()
	values := []any{
		nil, true, int64(0), int64(-7), int64(math.MaxInt64), 0.5, -1e-9, 1e6, 1234567.5, 1e20, 1e21, 9.3e18, math.MaxFloat64,
		"", " ", "a", "1", "0x10", "1e3", "1_000", "012", ".5", "~", "null", "yes", "On", "n", "=", "<<", "2001-01-01", "1:30",
		"a: b", "a #b", "# a", "- a", "-", "?", "*a", "&a", "!a", "%a", "@a", "`a`", "{a", "[a", "a\tb", "tail ", "\ttab", "line\n",
		"two\nlines", "two\nlines\n", "two\n\n\n", "\nfirst", "  deep\nless", "trail \nx", "cr\r\nlf", "\x00", "\x1b[0m",
		"\ufeff", "\U0001f600", "broken \xff", "a: \"q\"", "it's", "\\", "long " + fmt.Sprint(make([]int, 100)),
		[]any{}, []any{nil}, []any{[]any{"a"}, map[string]any{"b": int64(1)}}, map[string]any{}, map[string]any{"": "", "1": 1.0, "a b": "c", "z": nil},
	}
	for i, value := range values {
		object := &unstructured.Unstructured{Object: map[string]any{"kind": "A", "value": value, fmt.Sprint(value): "as a key"}}
		want, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(appendDocument(nil, object))); diff != "" {
			t.Errorf("value %d, %q: %s", i, value, diff)
		}
	}
}

func TestPrinterPrintsSharedObjectsOnce(t *testing.T) {
	t.Parallel()
	shared := &unstructured.Unstructured{Object: map[string]any{"kind": "A"}}
	own := &unstructured.Unstructured{Object: map[string]any{"kind": "B"}}
	p := NewPrinter([]*unstructured.Unstructured{shared}, []*unstructured.Unstructured{own, shared})
	var first, second bytes.Buffer
	_ = p.YAML(&first, []*unstructured.Unstructured{shared})
	shared.Object["kind"] = "other, which is not looked at again"
	_ = p.YAML(&second, []*unstructured.Unstructured{own, shared})
	if got, want := first.String()+"|"+second.String(), "kind: A\n|kind: B\n---\nkind: A\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
