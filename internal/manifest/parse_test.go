package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// names lists objects as "Kind/name".
func names(objects []*unstructured.Unstructured) []string {
	var list []string
	for _, object := range objects {
		list = append(list, object.GetKind()+"/"+object.GetName())
	}
	return list
}

func TestParse(t *testing.T) {
	t.Parallel()
	const a, b = "kind: A\nmetadata: {name: one}\n", "kind: B\nmetadata: {name: two}\n"
	tests := map[string]struct {
		in   string
		want []string
	}{
		"nothing":               {"", nil},
		"only separators":       {"---\n---\n", nil},
		"comments and null":     {"# hello\n---\nnull\n---\n~\n", nil},
		"one":                   {a, []string{"A/one"}},
		"source order is kept":  {b + "---\n" + a, []string{"B/two", "A/one"}},
		"empty ones dropped":    {"---\n\n---\n" + a + "---\n# x\n---\n" + b, []string{"A/one", "B/two"}},
		"separator and comment": {a + "--- # next\n" + b, []string{"A/one", "B/two"}},
		"json":                  {`{"kind":"A","metadata":{"name":"one"}}`, []string{"A/one"}},
		"json stream": {
			`{"kind":"A","metadata":{"name":"one"}}` + "\n" + `{"kind":"B","metadata":{"name":"two"}}`,
			[]string{"A/one", "B/two"},
		},
		"windows line ends": {"kind: A\r\nmetadata:\r\n  name: one\r\n---\r\n" + b, []string{"A/one", "B/two"}},
		"duplicate object":  {a + "---\n" + a, []string{"A/one", "A/one"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			objects, err := Parse([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, names(objects)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	const good = "kind: A\n---\n"
	tests := map[string]struct{ in, want string }{
		"no kind":         {good + "metadata: {name: x}\ndata: {password: hunter2}\n", "parsing document 2: the object named x has no kind"},
		"no kind or name": {"a: hunter2\n", "parsing document 1: the object has no kind"},
		"source is named": {
			good + "# Source: web/templates/deploy.yaml\na: hunter2\n",
			"parsing document 2 (web/templates/deploy.yaml): the object has no kind",
		},
		"a string":    {"hunter2\n", "document 1: expected an object, found a string"},
		"a list":      {"- hunter2\n", "document 1: expected an object, found a list"},
		"a number":    {good + "12\n", "document 2: expected an object, found a number"},
		"a boolean":   {good + "true\n", "document 2: expected an object, found a boolean"},
		"not yaml":    {good + "a: [\n", "parsing document 2: "},
		"tabs":        {good + "a:\n\tb: hunter2\n", "parsing document 2: "},
		"laughs":      {laughs(), "excessive aliasing"},
		"kind is int": {"kind: 1\n", "document 1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(tt.in))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q in it", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a value leaks: %v", err)
			}
		})
	}
}

// laughs is the billion laughs document.
func laughs() string {
	var doc strings.Builder
	doc.WriteString("kind: A\na0: &a0 [x,x,x,x,x,x,x,x,x]\n")
	for i := range 9 {
		doc.WriteString("a" + string(rune('1'+i)) + ": &a" + string(rune('1'+i)) + " [" +
			strings.TrimSuffix(strings.Repeat("*a"+string(rune('0'+i))+",", 9), ",") + "]\n")
	}
	return doc.String()
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("kind: A\n---\nkind: B\n"))
	f.Add([]byte(`{"kind":"List","items":[{"kind":"A"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, err := Parse(data)
		if err != nil {
			return
		}
		if objects, err = Expand(objects); err != nil {
			return
		}
		Place(objects, "ns", NewScope(objects, nil))
		_ = CheckMetadata(objects, TrackBoth)
		if again, err := Parse(YAML(objects)); err != nil || len(again) != len(objects) {
			t.Fatalf("printed %d objects, read %d back: %v", len(objects), len(again), err)
		}
	})
}
