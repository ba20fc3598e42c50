package plainyaml

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// agree fails if a text is read as something else than the library reads, by Read
// or by Unmarshal. It says whether it is plain.
func agree(t *testing.T, text string) bool {
	t.Helper()
	alike(t, text, func(into *map[string]any) error { return yaml.Unmarshal([]byte(text), into) }, func() (map[string]any, bool) { return plain(text) })
	return alike(t, text, func(into *map[string]any) error { return kubeyaml.Unmarshal([]byte(text), into) }, func() (map[string]any, bool) { return Read(text) })
}

func alike(t *testing.T, text string, library func(*map[string]any) error, read func() (map[string]any, bool)) bool {
	t.Helper()
	got, ok := read()
	if !ok {
		return false
	}
	var want map[string]any
	if err := library(&want); err != nil {
		t.Fatalf("%q: the library refuses what is read here: %v", text, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q: (-library +here) %s", text, diff)
	}
	return true
}

// taken are plain, and left are not.
func taken() []string {
	return []string{
		"kind: A\n", "---\nkind: A\n", "---  # c\n\nkind: A\n", "# c\n\nkind: A # c\n  # c\nb: c\n", "  kind: A\n  b: c\n", "kind: A\nb:\n  c:\n    d: e\n  f: g\nh: i\n",
		"kind: A\nl:\n- a\n- b\nm:\n  - c\n  - d: e\n    f: g\n  - - h\n    - i\n  -\n    j: k\n  - # c\n    l: m\n  -\n",
		"kind: A\nb:\nc:\n\nd: # c\ne: ~\n", "kind: A\nb: {}\nc: []\nd: { e: f, \"g\": 'h' }\n",
		"kind: A\nb: {c: d, e: [f, g h, {i: j}], k: \"l\"}  # c\nm: [ a , b ]\nnn: [--x=:80, 0.0.0.0, a:b]\n",
		"kind: A\nb: \"c \\\"d\\\" \\n\\t\\\\ e\"\nf: 'it''s'\n\"g h\": i\n'j: ''k': l\n\"\": m\n",
		"kind: A\nb: c\n  d\n\n  e\n\n\n   f \ng: h\n", "kind: A\nl:\n- a\n  b\n- c\n", "kind: A\nb: c\n  # d\ne: f\n",
		"kind: A\nb: |\n  c\n    d\n\n  e\nf: |-\n  g\n\nh: |+\n  i\n\n\nj: k\n", "kind: A\nl:\n- |\n  a\n- |-\n    b\n    c\n", "kind: A\nb: |\n\n  c\n   \n",
		"kind: A\nb: |+\n  c\n\n", "kind: A\nb: |\n  c: d\n  # e\n# f\ng: h\n", "kind: A\nb: -x\nc: a#b\nd: a:b\ne: http://x/\nf: <<\ng: =\nh: a 'b' \"c\"\n",
		"kind: A\nb: 1\nc: -1\nd: 0\ne: -0\nf: 1.0\ng: 1.5\nh: 0x1F\ni: 010\nj: 1_000\nk: 1e3\nl: 10000000000000000000\nm: 9223372036854775807\nnn: -9223372036854775808\no: 0o7\np: 0b11\n",
		"kind: A\nb: 2001-01-01\nc: 2001-01-01T00:00:00Z\nd: 1:30\ne: 1.2.3\nf: 10Mi\ng: 100m\nh: 1Ti\ni: 80%\nj: +1\nk: 1.\nl: .5\nm: .\nnn: ..\no: -\u00a0\n",
		"kind: A\nb: yes\nc: No\nd: on\ne: y\nf: N\ng: null\nh: Null\ni: nulls\nj: TRUE\nk: tRUE\nl: oFF\nm: ~x\n", "kind: A\nb: é – ü\nc: \"ñ\"\n",
		"kind: A\na.b/c-d_e: f\n.g: h\n/i: j\n", "kind: List\nitems: [{kind: A}]\n", "kind: A\nb: \"x\" \nc: 'y'  # z\n",
	}
}

func left() []string {
	return []string{
		"", "---#\nkind: A\n", "---\n", "# c\n---\nkind: A\n", "kind: A\nkind: B\n", "kind: A\nb: {c: d, c: e}\n", "- a\n", "kind: A\n- b\n", "kind: A\nb: c: d\n",
		"kind: A\nb: &c d\ne: *c\n", "kind: A\nb: !!str 1\n", "kind: A\n<<: {b: c}\n", "kind: A\nyes: b\n", "kind: A\n1: b\n", "kind: A\n~: b\n", "kind: A\nb:\tc\n", "kind: A\nb: \"c\n  d\"\n",
		"kind: A\nb: .nan\n", "kind: A\nb: |2\n   c\n", "kind: A\nb: >\n  c\n", "kind: A\nb: |\n", "kind: A\nb: {c}\n", "kind: A\nb: {c: d,}\n", "kind: A\nb: [c\n  ]\n", "kind: A\nb: [a: b]\n",
		"kind: A\n? b\n: c\n", "kind: A\nb: c\n    d: e\n", "kind: A\nb:\n    c: d\n  e: f\n", "kind: A\nb: \"c\"d\n", "kind: A\nb: \"\\u0041\"\n", "kind: A\nb: \"c\\/\"\n", "kind: A\r\nb: c\n", "kind: A\nb: c # d\n  e\n",
		"...\nkind: A\n", "%YAML 1.1\n", "kind: A\nb: a\u2028b\n", "\ufeffkind: A\n", "kind: A\nb: \x7f\n", "kind: A\nb: |\n     \n  c\n", "kind: A\nb: - c\n", "kind: A\nb: @c\n", "kind: A\nb: \"c\"#d\n",
		"kind: A\n" + strings.Repeat("b", longestKey+1) + ": c\n", "kind: A\nb: " + strings.Repeat("[", 2*deepest) + strings.Repeat("]", 2*deepest) + "\n",
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	for _, text := range taken() {
		if !agree(t, text) {
			t.Errorf("%q is not taken", text)
		}
	}
	for _, text := range left() {
		if agree(t, text) {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestReaderAgreesOnFiles compares both ways on every YAML file of the repository.
func TestReaderAgreesOnFiles(t *testing.T) {
	t.Parallel()
	plain, all := 0, 0
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml") {
			return nil // directories come and go while other tests run
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		for _, text := range strings.SplitAfter(string(data), "\n---\n") {
			if all++; agree(t, strings.TrimSuffix(text, "---\n")) {
				plain++
			}
		}
		return nil
	})
	if err != nil || plain < all/2 {
		t.Errorf("%d of %d documents are plain, error %v", plain, all, err)
	}
	t.Logf("%d of %d documents are plain", plain, all)
}

func FuzzPlain(f *testing.F) {
	for _, text := range append(taken(), left()...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { agree(t, text) })
}

// TestReaderAgreesOnNoise strings tokens of YAML together at random.
func TestReaderAgreesOnNoise(t *testing.T) {
	t.Parallel()
	tokens := []string{
		" ", "  ", "    ", "\n", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "- ", "-", ": ", ": ", ":", ":\n", "a:", "b: ", "c: ", "a", "b", "c d", "#", " #", "# e\n", "'", "'", "\"", "\"", "''", "\\",
		"|\n", "|-\n  ", "|+\n", ">\n", "{", "}", "[", "]", ",", ", ", "{a: b}", "[a]", "1", "0", "yes", "~", "null", "1.5", "<<", "---", "\n---\n", "...", "?", "&a ", "*a", "!a", "%", "@", ".", "x\n  y", "é",
	}
	source := rand.New(rand.NewPCG(1, 2))
	const rounds = 30_000
	took := 0
	for range rounds {
		text := "kind: A\n"
		for range 1 + source.IntN(14) {
			text += tokens[source.IntN(len(tokens))]
		}
		if agree(t, text+"\n") {
			took++
		}
	}
	if took < rounds/100 {
		t.Errorf("reader took %d of %d documents", took, rounds)
	}
}
