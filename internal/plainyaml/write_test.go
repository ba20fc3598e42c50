package plainyaml

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goyaml "go.yaml.in/yaml/v2"
)

// writesAlike fails if writer takes an object and writes something else than the
// library. It says whether writer took it.
func writesAlike(t *testing.T, object map[string]any) bool {
	t.Helper()
	got, ok := Append(nil, object)
	if !ok {
		return false
	}
	want, err := goyaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Fatalf("%q: %s", object, diff)
	}
	return true
}

// around puts a text where the library treats it differently.
func around(text string) map[string]any {
	return map[string]any{
		"kind": "A", text: "key", "value": text, "list": []any{text, []any{text, []any{}}, map[string]any{"a": text, "b": nil}, map[string]any{}},
		"deep": map[string]any{"er": map[string]any{text + "2": true, text + "10": int64(1), text + "01": 0.5, "last": text}},
	}
}

func TestWriterOnNoise(t *testing.T) {
	t.Parallel()
	tokens := []string{
		" ", " ", "  ", "\n", "a", "b", "Z", "0", "1", "10", "02", "9", ".", ":", ": ", "-", "- ", "---", "...", "#", " #", "'", "\"", "\\", "?", "? ", "{", "}", "[", "]", ",", "&", "*", "!", "|", ">", "%", "@", "`",
		"_", "/", "yes", "null", "~", "<<", "=", "1:30", "2001-01-01", "0x1F", "1e3", "\t", "é", "–", "\u00a0", "words that go on and on ", "words", strings.Repeat("long", 30), strings.Repeat("it's ", 20), "\n  ", "\n\n",
	}
	source := rand.New(rand.NewPCG(1, 2))
	const rounds = 10_000
	taken := 0
	for range rounds {
		text := ""
		for range source.IntN(9) {
			text += tokens[source.IntN(len(tokens))]
		}
		if writesAlike(t, around(text)) {
			taken++
		} else if isPlainASCII(text) && len(text) < 100 {
			t.Errorf("%q is not taken", text)
		}
	}
	t.Logf("writer took %d of %d objects", taken, rounds)
}

// TestWriterFolds moves the end of a line over each column around the width, for
// each style and for what takes another number of columns than of bytes.
func TestWriterFolds(t *testing.T) {
	t.Parallel()
	for _, begin := range []string{"", "# ", "it's # ", "''''' # ", "\t", "\"\t", "é", "é # ", "1 ", " "} {
		for _, fill := range []string{"a", "'", "é", "\"", "\\", "a ", "' ", "'  '"} {
			for n := range width + 10 {
				for _, end := range []string{"", " ", " b", "  b", " b c", "' b' c "} {
					writesAlike(t, around(begin+strings.Repeat(fill, n)+end))
				}
			}
		}
	}
}

func FuzzWriter(f *testing.F) {
	for _, text := range []string{"", "a", "a\nb", " a\n", "a: b", "1", strings.Repeat("a b ", 40), strings.Repeat("a  b' ", 40), "\"\\\t" + strings.Repeat(" a", 60)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { writesAlike(t, around(text)) })
}
