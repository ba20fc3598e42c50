package compare_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/compare"
)

func mustCompare(t testing.TB, base, head []*unstructured.Unstructured) compare.Result {
	t.Helper()
	result, err := compare.New([]byte("key"), compare.Options{}).Compare(base, head)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// object makes an object of a kind that nobody knows.
func object(name string, spec any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "example.com/v1", "kind": "Thing",
		"metadata": map[string]any{"name": name}, "spec": spec,
	}}
}

func list(objects ...*unstructured.Unstructured) []*unstructured.Unstructured { return objects }

func TestCompareSortsChanges(t *testing.T) {
	t.Parallel()
	kind := func(kind, namespace, name string, x int64) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": kind, "x": x,
			"metadata": map[string]any{"namespace": namespace, "name": name}}}
	}
	result := mustCompare(t,
		list(kind("B", "a", "changed", 1), kind("Z", "a", "gone", 1), kind("A", "b", "changed", 1), kind("A", "a", "gone", 1)),
		list(kind("A", "a", "new", 1), kind("A", "b", "changed", 2), kind("B", "a", "changed", 2), kind("A", "a", "a", 1)))
	var got []string
	for _, c := range result.Changes {
		got = append(got, fmt.Sprintf("%s %s %s/%s", c.Action, c.Kind, c.Namespace, c.Name))
	}
	want := []string{
		"removed A a/gone", "removed Z a/gone",
		"modified A b/changed", "modified B a/changed",
		"added A a/a", "added A a/new",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

// Metadata may be anything: nothing panics, and nothing is lost.
func TestCompareOddMetadata(t *testing.T) {
	t.Parallel()
	odd := []map[string]any{
		nil,
		{},
		{"kind": "Thing", "metadata": []any{"name"}},
		{"kind": "Thing", "metadata": "name"},
		{"kind": "Thing", "metadata": map[string]any{"name": int64(1), "labels": nil}},
		{"kind": "Thing", "metadata": map[string]any{"name": nil, "annotations": []any{}}},
		{"kind": int64(7), "apiVersion": int64(1), "metadata": map[string]any{"name": map[string]any{}}},
		{"kind": "Secret", "metadata": nil, "data": nil},
		{"kind": "Secret", "metadata": []any{"x"}},
		{"kind": "SecretList", "items": "x"},
		{"kind": "List", "items": []any{nil, "x", map[string]any{"kind": "Secret"}}},
	}
	for i, content := range odd {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			u := &unstructured.Unstructured{Object: content}
			if r := mustCompare(t, list(u, nil), list(nil, u)); len(r.Changes) != 0 || r.Unchanged != 1 {
				t.Errorf("with itself: %d changes, %d unchanged", len(r.Changes), r.Unchanged)
			}
			r := mustCompare(t, nil, list(u))
			if len(r.Changes) != 1 || r.Changes[0].Action != compare.Add || r.Changes[0].Diff == "" {
				t.Errorf("added: %+v", r.Changes)
			}
		})
	}
}

func TestCompareNameThatIsANumber(t *testing.T) {
	t.Parallel()
	named := func(name any, x string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{"kind": "Thing", "x": x, "metadata": map[string]any{"name": name}}}
	}
	r := mustCompare(t, list(named(int64(7), "a")), list(named("7", "a")))
	if len(r.Changes) != 1 || r.Changes[0].Action != compare.Modify || r.Changes[0].Name != "7" {
		t.Errorf("got %+v, want one modified resource named 7", r.Changes)
	}
}

func TestCompareNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		a, b  any
		equal bool
	}{
		{"int64 and float64", int64(1), float64(1), true},
		{"int and int64", 1, int64(1), true},
		{"zero and minus zero", float64(0), -1 * float64(0), true},
		{"fractions", 0.5, 0.5, true},
		{"other fraction", 0.5, 0.25, false},
		{"number and string", int64(1), "1", false},
		{"bool and string", true, "true", false},
		{"null and string", nil, "null", false},
		{"empty map and list", map[string]any{}, []any{}, false},
		{"a slice no parser makes", []string{"a"}, []any{"a"}, true},
		{"large int64 and float64", int64(1 << 60), float64(1 << 60), true},
		{"large neighbours", int64(1 << 60), int64(1<<60 + 1), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// Alone, in a list that has no identifier, and in one that has.
			for _, wrap := range []func(any) any{
				func(v any) any { return v },
				func(v any) any { return []any{map[string]any{"v": v}, map[string]any{"v": "x"}} },
				func(v any) any { return []any{map[string]any{"name": "n", "v": v}} },
			} {
				r := mustCompare(t, list(object("a", wrap(tt.a))), list(object("a", wrap(tt.b))))
				if equal := len(r.Changes) == 0; equal != tt.equal {
					t.Errorf("equal = %t, want %t: %+v", equal, tt.equal, r.Changes)
				}
			}
		})
	}
}

func TestCompareNotJSON(t *testing.T) {
	t.Parallel()
	base, head := object("a", "x"), object("a", make(chan int))
	_, err := compare.New(nil, compare.Options{}).Compare(list(base), list(head))
	if err == nil || !strings.Contains(err.Error(), "comparing Thing a: reading head: ") {
		t.Errorf("error = %v", err)
	}
}

// A pair that dyff would need minutes for is shown line by line, and says so.
func TestCompareLarge(t *testing.T) {
	t.Parallel()
	entries := make([]any, 20_000)
	for i := range entries {
		entries[i] = map[string]any{"name": fmt.Sprintf("n%d", i), "value": int64(i)}
	}
	changed := append([]any{}, entries...)
	changed[10_000] = map[string]any{"name": "n10000", "value": "changed"}
	r := mustCompare(t, list(object("a", entries)), list(object("a", changed)))
	want := strings.Join([]string{
		"! shown line by line, not field by field",
		"@@ line 20007 @@",
		"    value: 9999",
		"  - name: n10000",
		"-   value: 10000",
		"+   value: changed",
		"  - name: n10001",
		"    value: 10001",
	}, "\n")
	if diff := cmp.Diff(want, r.Changes[0].Diff); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// deep makes maps within each other.
func deep(depth int, leaf any) any {
	for range depth {
		leaf = map[string]any{"a": leaf}
	}
	return leaf
}

func TestCompareDeep(t *testing.T) {
	t.Parallel()
	r := mustCompare(t, list(object("a", deep(2_000, "x"))), list(object("a", deep(2_000, "y"))))
	if len(r.Changes) != 1 || !strings.Contains(r.Changes[0].Diff, "line by line") {
		t.Error("expected a line by line change")
	}
}

func TestCompareLongLine(t *testing.T) {
	t.Parallel()
	long := func(middle string) string { return strings.Repeat("a", 5_000) + middle + strings.Repeat("b", 5_000) }
	for _, format := range []string{"%s", "first\n%s\nlast\n"} {
		r := mustCompare(t,
			list(object("a", map[string]any{"text": fmt.Sprintf(format, long("OLD"))})),
			list(object("a", map[string]any{"text": fmt.Sprintf(format, long("NEW"))})))
		c := r.Changes[0]
		for _, text := range []string{"OLD", "NEW", "more characters)"} {
			if !strings.Contains(c.Diff, text) || !strings.Contains(c.Paths[0].From+c.Paths[0].To, text) {
				t.Errorf("%q is cut off:\n%s\n%+v", text, c.Diff, c.Paths[0])
			}
		}
		if n := len(c.Diff); n > 2_500 {
			t.Errorf("diff has %d bytes", n)
		}
	}
}

func TestCompareLeavesInputAlone(t *testing.T) {
	t.Parallel()
	const text = "kind: Secret\nmetadata: {name: a}\ndata: {k: %s}\n---\nkind: A\nmetadata: {name: a}\nl: [{b: [%s, 2]}, 1.0]\n"
	base, head := objects(t, fmt.Sprintf(text, "eA==", "1")), objects(t, fmt.Sprintf(text, "eQ==", "3"))
	before, _ := json.Marshal([]any{base, head})
	r := mustCompare(t, base, head)
	after, _ := json.Marshal([]any{base, head})
	if diff := cmp.Diff(string(before), string(after)); diff != "" {
		t.Errorf("input changed:\n%s", diff)
	}
	if len(r.Changes) != 2 || r.Base[0] == base[0] || r.Base[1] != base[1] {
		t.Error("expected a masked copy of the Secret and the other object as it is")
	}
}

// One Comparer serves several goroutines, and gives the same each time; run
// with -race.
func TestCompareConcurrently(t *testing.T) {
	t.Parallel()
	base := list(object("a", map[string]any{"x": "1", "l": []any{map[string]any{"name": "n", "v": "1"}}}))
	head := list(object("a", map[string]any{"x": "2", "l": []any{map[string]any{"name": "n", "v": "2"}, map[string]any{"name": "m"}}}))
	comparer := compare.New([]byte("key"), compare.Options{})
	want, err := comparer.Compare(base, head)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			got, err := comparer.Compare(base, head)
			if diff := cmp.Diff(want.Changes, got.Changes); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
	group.Wait()
}

// Of two equal resources with one generateName, one may go.
func TestCompareGenerateNameTwins(t *testing.T) {
	t.Parallel()
	const job = "kind: Job\nmetadata: {generateName: a-}\nspec: {x: 1}\n"
	twins := objects(t, job+"---\n"+job)
	r := mustCompare(t, twins, twins[:1])
	if r.Unchanged != 1 || len(r.Changes) != 1 || r.Changes[0].Action != compare.Remove {
		t.Errorf("%d unchanged, changes %+v; want one of each", r.Unchanged, r.Changes)
	}
}

// dyff takes an empty name for a name. Where its path leads to nothing, the
// whole pair is shown by line, so that no difference is left out.
func TestCompareUnnamedEntry(t *testing.T) {
	t.Parallel()
	const text = `{kind: Thing, metadata: {name: a}, x: %d, l: [{name: "", v: %d}]}`
	r := mustCompare(t, objects(t, fmt.Sprintf(text, 1, 3)), objects(t, fmt.Sprintf(text, 2, 4)))
	for _, want := range []string{"! shown line by line", "- x: 1", "+ x: 2", "-   v: 3", "+   v: 4"} {
		if len(r.Changes) != 1 || !strings.Contains(r.Changes[0].Diff, want) {
			t.Errorf("changes = %+v, want %q", r.Changes, want)
		}
	}
}
