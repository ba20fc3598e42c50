package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParserAgrees holds a Parser, at its first and second reading, against
// Parse on every stream of the other tests.
func TestParserAgrees(t *testing.T) {
	t.Parallel()
	const a, b = "kind: A\nmetadata: {name: one}\n", "kind: B\nmetadata: {name: two}\n"
	for _, in := range []string{
		"", "---\n---\n", "# hello\n---\nnull\n---\n~\n", a, b + "---\n" + a, "---\n\n---\n" + a + "---\n# x\n---\n" + b,
		a + "--- # next\n" + b, "kind: A\r\n---\r\n" + b, a + "---\n" + a, strings.TrimSuffix(a, "\n") + "\n---",
		`{"kind":"A","metadata":{"name":"one"}}`, `{"kind":"A"}` + "\n" + `{"kind":"B"}`, `{"kind":"A"}` + "\n---\n" + b,
		a + "---\n- x\n", a + "---\na: [\n", a + "---\n12\n", a + "---  oops\n" + b, "kind: 1\n", "a:\n\tb: x\n", laughs(),
		"kind: List\nitems: [{kind: A}]\n", "kind: A\nkind: B\n", "kind: A\nn: 1.0\nm: 10000000000000000000\nb: 0x1F\n",
	} {
		want, wantErr := Parse([]byte(in))
		p := &Parser{}
		for range 2 {
			got, err := p.Parse([]byte(in))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q: %s", in, diff)
			}
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Errorf("%q: got error %v, want %v", in, err, wantErr)
			}
		}
	}
}

// TestParserGivesOwnObjects: what a caller writes reaches no other.
func TestParserGivesOwnObjects(t *testing.T) {
	t.Parallel()
	p, in := &Parser{}, []byte("kind: A\nmetadata: {name: one}\n")
	for range 3 {
		objects, err := p.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := objects[0].GetName(); got != "one" {
			t.Fatalf("the name is %s, which another caller wrote", got)
		}
		objects[0].SetName("mine")
	}
}
