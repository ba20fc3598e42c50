package compare

import (
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Written are the words of the lines that a change to files takes away and of those
// that it brings. What a render makes up is not among them.
type Written struct{ removed, added map[string]bool }

// NewWritten begins with no words.
func NewWritten() *Written { return &Written{map[string]bool{}, map[string]bool{}} }

// Learn takes the words of one file as it was and as it is; nil for a side that
// has none.
func (w *Written) Learn(before, after []byte) {
	old, fresh := lines(before), lines(after)
	only(old, fresh, w.removed)
	only(fresh, old, w.added)
}

// lines gives the set of lines of a text.
func lines(text []byte) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		set[strings.TrimSpace(line)] = true
	}
	return set
}

// only adds the words of those lines that are not among others.
func only(lines, others, words map[string]bool) {
	for line := range lines {
		if !others[line] {
			split(line, words)
		}
	}
}

// split adds the words of a text: what stands between anything but letters,
// digits and points, so that a tag, a version or a number is one word.
func split(text string, words map[string]bool) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words[word] = true
	}
}

// Explain says whether all that differs between two renders can be the change's
// own words: then a second render of base, which tells what is made up on each
// render, can find nothing. What is made up differs at both sides, so resources
// that are at one side alone need no explanation, unless there are such at both: a
// made-up name looks like this.
func (w *Written) Explain(r Result) bool {
	if w == nil {
		return false
	}
	seen := map[Action]bool{}
	for _, c := range r.Changes {
		seen[c.Action] = true
		if c.Action == Modify && !w.explain(c.Base, c.Head) {
			return false
		}
	}
	return !seen[Remove] || !seen[Add]
}

// explain looks for the words by which two objects differ.
func (w *Written) explain(base, head *unstructured.Unstructured) bool {
	before, after := map[string]bool{}, map[string]bool{}
	differing(base.Object, head.Object, before, after)
	return covers(w.removed, before, after) && covers(w.added, after, before)
}

// covers says whether each word that others lack is known.
func covers(known, words, others map[string]bool) bool {
	for word := range words {
		if !others[word] && !known[word] {
			return false
		}
	}
	return true
}

// differing collects the words of what two values don't have in common.
func differing(base, head any, before, after map[string]bool) {
	if equal(base, head) {
		return
	}
	b, okB := base.(map[string]any)
	h, okH := head.(map[string]any)
	if !okB || !okH {
		differingRest(base, head, before, after)
		return
	}
	for key, value := range b {
		if other, there := h[key]; there {
			differing(value, other, before, after)
		} else {
			collect(map[string]any{key: value}, before)
		}
	}
	for key, value := range h {
		if _, there := b[key]; !there {
			collect(map[string]any{key: value}, after)
		}
	}
}

// differingRest does the same for values that are not two maps.
func differingRest(base, head any, before, after map[string]bool) {
	b, okB := base.([]any)
	h, okH := head.([]any)
	if !okB || !okH || len(b) != len(h) {
		collect(base, before)
		collect(head, after)
		return
	}
	for i := range b {
		differing(b[i], h[i], before, after)
	}
}

// collect adds the words of all that a value holds.
func collect(value any, words map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			split(key, words)
			collect(inner, words)
		}
	case []any:
		for _, inner := range v {
			collect(inner, words)
		}
	default:
		split(scalar(v), words)
	}
}
