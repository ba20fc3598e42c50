package compare

import (
	"fmt"
	"slices"
	"strings"
)

// wholeManifest writes a resource that is on one side only.
func wholeManifest(object any, op byte) (string, error) {
	value, err := plain(object)
	if err != nil {
		return "", err
	}
	lines, err := yamlLines(value)
	return strings.Join(prefixed(op, lines), "\n"), err
}

// lineByLine compares the YAML of two objects as text, for what can't be
// compared by field. It says so.
func lineByLine(base, head any) (string, error) {
	from, err := yamlLines(base)
	if err != nil {
		return "", err
	}
	to, err := yamlLines(head)
	if err != nil {
		return "", err
	}
	lines := []string{"! shown line by line, not field by field"}
	changed := hunkLines(diffLines(from, to), func(h hunk) string {
		return headLine(fmt.Sprintf("line %d", h.start))
	})
	return strings.Join(append(lines, changed...), "\n"), nil
}

// textDiff compares two strings of which one has several lines.
func textDiff(at path, from, to string) []string {
	before, endBefore := strings.CutSuffix(from, "\n")
	after, endAfter := strings.CutSuffix(to, "\n")
	title := func(h hunk) string {
		if h.first == 1 {
			return headLine(at.String())
		}
		return headLine(fmt.Sprintf("%s, line %d", at, h.start))
	}
	hunks := diffLines(strings.Split(before, "\n"), strings.Split(after, "\n"))
	lines := hunkLines(hunks, title)
	if len(lines) == 0 {
		lines = []string{title(hunk{first: 1})}
	}
	switch {
	case endBefore && !endAfter:
		lines = append(lines, "! no longer ends with a newline")
	case !endBefore && endAfter:
		lines = append(lines, "! ends with a newline now")
	}
	return lines
}

// listDiff compares two lists without an identifier by their YAML.
func listDiff(at path, from, to any) ([]string, error) {
	before, err := yamlLines(from)
	if err != nil {
		return nil, err
	}
	after, err := yamlLines(to)
	if err != nil {
		return nil, err
	}
	title := func(h hunk) string {
		if h.first == 1 {
			return headLine(at.String())
		}
		return headLine(fmt.Sprintf("%s[%d]", at, entryAt(after, h.start)))
	}
	hunks := diffLines(before, after)
	return hunkLines(hunks, title), nil
}

// entryAt gives the index of the list entry that a line of YAML belongs to.
func entryAt(lines []string, number int) int {
	index := -1
	for _, text := range lines[:min(number, len(lines))] {
		if strings.HasPrefix(text, "- ") {
			index++
		}
	}
	return max(index, 0)
}

// entryLines writes the value at a path as an entry of its map or list.
func entryLines(at path, value any) ([]string, error) {
	if step := at[len(at)-1]; !isIndex(step) && step.Key == "" {
		return yamlLines(map[string]any{step.Name: value})
	}
	return yamlLines([]any{value})
}

func headLine(title string) string { return "@@ " + title + " @@" }

// hunkLines writes hunks, with a title before each.
func hunkLines(hunks []hunk, title func(hunk) string) []string {
	var lines []string
	for _, h := range hunks {
		lines = append(lines, title(h))
		for _, l := range aligned(h.lines) {
			lines = append(lines, prefix(l.op, l.text))
		}
	}
	return lines
}

// aligned shortens the long lines of a hunk. A removed line and the added one
// in its place are cut around their difference.
func aligned(lines []line) []line {
	result := slices.Clone(lines)
	for start := 0; start < len(result); {
		removed := run(result[start:], '-')
		added := run(result[start+removed:], '+')
		for i := range min(removed, added) {
			from, to := &result[start+i], &result[start+removed+i]
			from.text, to.text = cutBoth(from.text, to.text)
		}
		start += max(removed+added, 1)
	}
	return result
}

// run counts the lines at the start that have an op.
func run(lines []line, op byte) int {
	n := 0
	for n < len(lines) && lines[n].op == op {
		n++
	}
	return n
}

func prefixed(op byte, texts []string) []string {
	lines := make([]string, len(texts))
	for i, text := range texts {
		lines[i] = prefix(op, text)
	}
	return lines
}

// prefix makes a line of a diff: visible, of bounded length, and with the
// blanks at its end shown if it changed.
func prefix(op byte, text string) string {
	text = visible(cut(text, maxLine, 0))
	if op != ' ' {
		text = visibleEnd(text)
	}
	if text == "" {
		return string(op)
	}
	return string(op) + " " + text
}

// cutBoth shortens a long line and its successor around their difference.
func cutBoth(from, to string) (string, string) {
	if len(from) <= maxLine && len(to) <= maxLine {
		return from, to
	}
	at := commonStart(from, to)
	return cut(from, maxLine, at), cut(to, maxLine, at)
}
