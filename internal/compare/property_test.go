package compare_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
)

// generator makes values as they are found in manifests, from few words, so
// that two of them are often nearly equal.
type generator struct{ *rand.Rand }

var words = []any{
	"", "a", "b", "1", "true", "null", "~", "a\nb\n", "a\nb", "a\r\nb\n", "a\rb\n", "a\u0085b\n", "a\u2028b", "\r", "\n", "\\u{200B}", "a ", "a\u200b", "x: y", "- z", "# c", "\t", "{}", "[]",
	int64(0), int64(1), 1.5, 1e21, 1e19, int64(1 << 60), true, false, nil, map[string]any{}, []any{},
}

func (g generator) value(depth int) any {
	switch n := g.IntN(10); {
	case depth == 0 || n < 3:
		return words[g.IntN(len(words))]
	case n < 7:
		m := map[string]any{}
		for range g.IntN(4) {
			m[g.key()] = g.value(depth - 1)
		}
		return m
	default:
		l := []any{}
		for range g.IntN(4) {
			l = append(l, g.value(depth-1))
		}
		return l
	}
}

func (g generator) key() string {
	return []string{"name", "key", "port", "a", "b", "a.b/c", "", "1", "a\nb"}[g.IntN(9)]
}

// mutate copies a value and changes some of it, or nothing.
func (g generator) mutate(v any) any {
	if g.IntN(6) == 0 {
		return g.value(2)
	}
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for key, entry := range v {
			if g.IntN(12) > 0 {
				m[key] = g.mutate(entry)
			}
		}
		if g.IntN(8) == 0 {
			m[g.key()] = g.value(1)
		}
		return m
	case []any:
		l := []any{}
		for _, entry := range v {
			if g.IntN(12) > 0 {
				l = append(l, g.mutate(entry))
			}
		}
		if g.IntN(4) == 0 {
			g.Shuffle(len(l), func(i, k int) { l[i], l[k] = l[k], l[i] })
		}
		return l
	}
	return v
}

// Two objects that differ give one change that shows a removed or an added
// line; two that don't give none. JSON is the judge.
func TestNoChangeIsLost(t *testing.T) {
	t.Parallel()
	g := generator{rand.New(rand.NewPCG(3, 4))}
	differing, fallbacks := 0, 0
	for range 8_000 {
		base := object("a", g.value(5))
		head := object("a", g.mutate(base.Object["spec"]))
		a, _ := json.Marshal(base)
		b, _ := json.Marshal(head)
		r := mustCompare(t, list(base), list(head))
		if string(a) == string(b) {
			if len(r.Changes) != 0 {
				t.Fatalf("equal, but a change:\n%s\n%s", a, r.Changes[0].Diff)
			}
			continue
		}
		differing++
		if len(r.Changes) != 1 {
			t.Fatalf("no change between\n%s\n%s", a, b)
		}
		if problem := unclear(r.Changes[0]); problem != "" {
			t.Fatalf("%s\n%s\n%s\n%s", problem, a, b, r.Changes[0].Diff)
		}
		if strings.HasPrefix(r.Changes[0].Diff, "! shown line by line") {
			fallbacks++
		}
	}
	t.Logf("%d of 8000 pairs differ, %d are shown line by line", differing, fallbacks)
	if differing < 2_000 || fallbacks > differing/20 {
		t.Errorf("%d of 8000 pairs differ, %d of them are shown line by line", differing, fallbacks)
	}
}

// unclear says what is wrong with the text of a modification.
func unclear(c compare.Change) string {
	shown, newline := false, strings.Contains(c.Diff, "newline")
	var removed, added []string // of the run of changed lines
	for text := range strings.SplitSeq(c.Diff, "\n") {
		switch {
		case text == "":
			return "an empty line"
		case !strings.Contains("+-! @", text[:1]):
			return "a line without its prefix: " + text
		case strings.TrimRight(text, " \t") != text && text[0] != ' ':
			return "blanks at the end of a line: " + text
		}
		switch {
		case text[0] == '-' && len(added) == 0:
			removed = append(removed, text[1:])
		case text[0] == '+':
			added = append(added, text[1:])
		default:
			removed, added = nil, nil
		}
		if len(removed) > 0 && slices.Equal(removed, added) && !newline {
			return "the same line removed and added: " + text
		}
		shown = shown || newline || strings.ContainsAny(text[:1], "+-")
	}
	if !shown {
		return "nothing shown"
	}
	for _, p := range c.Paths {
		if p.From == p.To {
			return "a path whose values look the same: " + p.Path
		}
	}
	return ""
}
