package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// openLines is how long all diffs together may be for them to be open from the
// start: a reader of a small change shouldn't have to click.
const openLines = 120

// writeSections writes one foldable part for each Application that has
// something to tell, one for what several have in common, and one for those
// that are unchanged.
func (p *page) writeSections(b *strings.Builder) {
	open := p.rung == full && p.openLines() <= openLines
	for _, q := range p.parts {
		s := q.owners[0]
		if s.State != report.Failed && s.State != report.Changed && len(s.Warnings) == 0 {
			continue
		}
		p.writePart(b, q, open || s.State == report.Failed)
	}
	p.writeUnchanged(b)
}

// openLines counts the lines of diffs that a reader would see at once.
func (p *page) openLines() int {
	n := 0
	for it := range p.everyItem {
		if text := it.text[full]; !strings.Contains(text, "<details>") {
			n += strings.Count(text, "\n")
		}
	}
	return n
}

// writePart writes one part. The blank lines around Markdown inside of HTML
// are needed for it to be read as Markdown.
func (p *page) writePart(b *strings.Builder, q *part, open bool) {
	tag := "<details>"
	if open {
		tag = "<details open>"
	}
	fmt.Fprintf(b, "%s<summary>%s</summary>\n\n", tag, q.title())
	if q.renamed {
		fmt.Fprintf(b, "Shown as in %s; elsewhere, names and namespaces follow the Application.\n\n", codeSpan(q.owners[0].label))
	}
	for _, s := range q.about {
		for _, f := range s.Failures {
			p.writeFailure(b, f)
		}
	}
	q.writeFull(b)
	q.writeShort(b)
	for _, s := range q.about {
		p.writeVolatile(b, s)
		writeWarningList(b, s.Warnings, p.warningsShown())
	}
	q.writeAbout(b)
	b.WriteString("</details>\n\n")
}

// writeFull shows the items with their diffs, hooks below a heading.
func (q *part) writeFull(b *strings.Builder) {
	hooks := false
	for _, it := range q.items {
		if it.at != full {
			continue
		}
		if it.hook && !hooks {
			b.WriteString("#### Hooks\n\n")
			hooks = true
		}
		b.WriteString(it.text[full])
	}
}

// writeShort lists the items whose diff is left out.
func (q *part) writeShort(b *strings.Builder) {
	first := true
	for _, it := range q.items {
		if it.at == full {
			continue
		}
		if first {
			b.WriteString("Without diff, for size:\n\n")
			first = false
		}
		b.WriteString(it.text[it.at])
	}
	if !first {
		b.WriteString("\n")
	}
}

// writeUnchanged tells why Applications were rendered that turned out equal.
func (p *page) writeUnchanged(b *strings.Builder) {
	var lines []string
	for _, s := range p.apps {
		if s.State == report.Unchanged {
			lines = append(lines, fmt.Sprintf("- %s: %s%s\n", codeSpan(s.label), s.reasons(), s.volatileWords()))
		}
	}
	if len(lines) == 0 || p.rung != full {
		return
	}
	fmt.Fprintf(b, "<details><summary>Why %s was selected and is unchanged</summary>\n\n%s\n</details>\n\n",
		count(len(lines), "Application"), strings.Join(lines, ""))
}

// place gives "file:line", or the file alone.
func place(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", file, line)
	}
	return file
}
