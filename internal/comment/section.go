package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// openLines is how long all diffs together may be for them to be open from the
// start: a reader of a small change shouldn't have to click.
const openLines = 40

// writeSections writes one foldable part for each Application that has
// something to tell, and one for those that are unchanged.
func (p *page) writeSections(b *strings.Builder) {
	open := p.rung == full && p.diffLines() <= openLines
	for _, s := range p.apps {
		if s.State != report.Failed && s.State != report.Changed && len(s.Warnings) == 0 {
			continue
		}
		p.writeSection(b, s, open || s.State == report.Failed)
	}
	p.writeUnchanged(b)
}

func (p *page) diffLines() int {
	n := 0
	for c := range p.everyChange {
		n += strings.Count(c.Diff, "\n") + 1
	}
	return n
}

// writeSection writes one Application. The blank lines around Markdown inside
// of HTML are needed for it to be read as Markdown.
func (p *page) writeSection(b *strings.Builder, s *section, open bool) {
	tag := "<details>"
	if open {
		tag = "<details open>"
	}
	fmt.Fprintf(b, "%s<summary>%s %s</summary>\n\n", tag, inSummary(s.label), s.verdict())
	for _, f := range s.Failures {
		p.writeFailure(b, f)
	}
	for _, c := range s.changes {
		if c.at == full {
			b.WriteString(c.text[full])
		}
	}
	s.writeShort(b)
	writeWarningList(b, s.Warnings, p.warningsShown())
	s.writeAbout(b)
	b.WriteString("</details>\n\n")
}

// verdict is the part of the section's title that is in our own words.
func (s *section) verdict() string {
	switch s.State {
	case report.Failed:
		return "failed to render"
	case report.Skipped, report.Unchanged:
		return string(s.State)
	}
	words := s.count().words()
	if state, ok := presenceWords[s.Presence]; ok {
		words = strings.TrimSuffix(state+": "+words, ": ")
	}
	if words == "" {
		return "changed"
	}
	return words
}

// writeShort lists the changes whose diff is left out.
func (s *section) writeShort(b *strings.Builder) {
	first := true
	for _, c := range s.changes {
		if c.at == full {
			continue
		}
		if first {
			b.WriteString("Without diff, for size:\n\n")
			first = false
		}
		b.WriteString(c.text[c.at])
	}
	if !first {
		b.WriteString("\n")
	}
}

// writeAbout says why the Application was selected, where it is defined and
// where it goes: what a reader asks after the changes. Another bullet than
// before starts a list of its own.
func (s *section) writeAbout(b *strings.Builder) {
	if len(s.Reasons) > 0 {
		fmt.Fprintf(b, "* Selected because: %s\n", s.reasons())
	}
	if s.RenamedFrom != "" {
		fmt.Fprintf(b, "* Renamed from %s\n", codeSpan(s.RenamedFrom))
	}
	if len(s.Parents) > 0 {
		var path []string
		for _, parent := range s.Parents {
			path = append(path, codeSpan(clip(parent, nameCap)))
		}
		fmt.Fprintf(b, "* Rendered by %s\n", strings.Join(path, " → "))
	}
	if s.File != "" {
		fmt.Fprintf(b, "* Defined in %s\n", codeSpan(place(s.File, s.Line)))
	}
	for _, src := range s.Sources {
		fmt.Fprintf(b, "* Source: %s", sourceText(src, codeSpan))
		if src.RepoURL != "" && !src.OwnTrees {
			fmt.Fprintf(b, " of %s", codeSpan(src.RepoURL))
		}
		b.WriteString("\n")
	}
	if d := s.Destination; d != (report.Destination{}) {
		fmt.Fprintf(b, "* Destination: cluster %s, namespace %s\n", codeSpan(d.Cluster), codeSpan(d.Namespace))
	}
	b.WriteString("\n")
}

// reasonsShown bounds the reasons; the first ones tell the most.
const reasonsShown = 5

func (s *section) reasons() string {
	var parts []string
	for _, r := range s.Reasons[:min(len(s.Reasons), reasonsShown)] {
		parts = append(parts, prose(r))
	}
	if more := len(s.Reasons) - reasonsShown; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more in the report", more))
	}
	return strings.Join(parts, "; ")
}

// writeUnchanged tells why Applications were rendered that turned out equal.
func (p *page) writeUnchanged(b *strings.Builder) {
	var lines []string
	for _, s := range p.apps {
		if s.State == report.Unchanged {
			lines = append(lines, fmt.Sprintf("- %s: %s\n", codeSpan(s.label), s.reasons()))
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
