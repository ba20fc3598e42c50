package report

import (
	"html/template"
	"strings"
	"unicode/utf8"
)

// lineGroup is a run of diff lines of one sort. A whole added resource is one
// group, which keeps large pages small.
type lineGroup struct {
	Sort  string // the element: ins, del, i for "@@", em for "!", span
	Parts []part
}

// part is text of a group; Mark is what differs from the other side's line.
type part struct {
	Text string
	Mark bool
}

// groupLines reads a Change's Diff. Every line keeps its prefix.
func groupLines(diff string) (groups []lineGroup) {
	if diff == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(diff, "\n"), "\n")
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && sortOf(lines[end]) == sortOf(lines[start]) {
			end++
		}
		groups = append(groups, lineGroup{sortOf(lines[start]), []part{{Text: strings.Join(lines[start:end], "\n")}}})
		start = end
	}
	for i := 1; i < len(groups); i++ {
		if groups[i-1].Sort == "del" && groups[i].Sort == "ins" {
			markPair(&groups[i-1], &groups[i])
		}
	}
	return groups
}

// markup writes groups, escaped. The template itself would take seconds for
// megabytes of them.
func markup(groups []lineGroup) template.HTML {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString("<" + g.Sort + ">")
		for _, p := range g.Parts {
			text := template.HTMLEscapeString(p.Text)
			if p.Mark {
				text = "<mark>" + text + "</mark>"
			}
			b.WriteString(text)
		}
		b.WriteString("</" + g.Sort + ">")
	}
	return template.HTML(b.String())
}

func sortOf(line string) string {
	switch {
	case strings.HasPrefix(line, "+"):
		return "ins"
	case strings.HasPrefix(line, "-"):
		return "del"
	case strings.HasPrefix(line, "@@"):
		return "i"
	case strings.HasPrefix(line, "!"):
		return "em"
	}
	return "span"
}

// markPair marks what differs within lines, if each removed line has its added
// one. Lines with little in common are left alone.
func markPair(del, ins *lineGroup) {
	before, after := strings.Split(del.Parts[0].Text, "\n"), strings.Split(ins.Parts[0].Text, "\n")
	if len(before) != len(after) {
		return
	}
	del.Parts, ins.Parts = nil, nil
	for i := range before {
		if i > 0 {
			del.add("\n", false)
			ins.add("\n", false)
		}
		start, end := common(before[i][1:], after[i][1:])
		del.addMarked(before[i], start+1, end)
		ins.addMarked(after[i], start+1, end)
	}
}

// addMarked adds a line whose first start and last end bytes are common.
func (g *lineGroup) addMarked(line string, start, end int) {
	if start+end < len(line)/3 {
		g.add(line, false)
		return
	}
	g.add(line[:start], false)
	g.add(line[start:len(line)-end], true)
	g.add(line[len(line)-end:], false)
}

func (g *lineGroup) add(text string, mark bool) {
	last := len(g.Parts) - 1
	switch {
	case text == "":
	case last >= 0 && g.Parts[last].Mark == mark:
		g.Parts[last].Text += text
	default:
		g.Parts = append(g.Parts, part{text, mark})
	}
}

// common counts the bytes that a and b begin and end with, in whole characters
// and without counting one twice.
func common(a, b string) (start, end int) {
	n := min(len(a), len(b))
	for start < n && a[start] == b[start] {
		start++
	}
	for start > 0 && start < len(a) && !utf8.RuneStart(a[start]) {
		start--
	}
	for end < n-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	for end > 0 && !utf8.RuneStart(a[len(a)-end]) {
		end--
	}
	return start, end
}
