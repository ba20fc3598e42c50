package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// writeOmitted counts what the rung leaves out and says where it is, before
// the reader misses it.
func (p *page) writeOmitted(b *strings.Builder) {
	all, shown, unnamed := 0, 0, 0
	for it := range p.everyItem {
		all += it.resources()
		switch it.at {
		case full:
			shown += it.resources()
		case nothing:
			unnamed += it.resources()
		}
	}
	if p.rung == full || (all == shown && p.rung == short) {
		return
	}
	fmt.Fprintf(b, "**%d of %s left out here, for size", all-shown, count(all, "diff"))
	if unnamed > 0 {
		fmt.Fprintf(b, ", and %s not even named", count(unnamed, "resource"))
	}
	fmt.Fprintf(b, ".** %s\n\n", p.whereabouts())
}

// whereabouts says where the whole report is.
func (p *page) whereabouts() string {
	var places []string
	if p.o.Marker != (Marker{}) {
		places = append(places, "in the step summary of the workflow run")
	}
	if p.o.ReportDir != "" {
		places = append(places, "in `report.md` of the report directory "+codeSpan(clip(p.o.ReportDir, nameCap)))
	}
	if len(places) == 0 {
		return ""
	}
	return "The whole is " + strings.Join(places, " and ") + "."
}

// writeNames is what the rung list has instead of sections.
func (p *page) writeNames(b *strings.Builder) {
	for _, s := range p.apps {
		for _, f := range s.Failures {
			fmt.Fprintf(b, "%s:\n\n", codeSpan(s.label))
			p.writeFailure(b, f)
		}
	}
	for _, q := range p.parts {
		q.writeNames(b)
	}
	b.WriteString("\n")
}

// writeNames names what fits of one part, in a line.
func (q *part) writeNames(b *strings.Builder) {
	var shown, owners []string
	more := 0
	for _, it := range q.items {
		if it.at == list {
			shown = append(shown, it.text[list])
		} else {
			more += len(it.changes)
		}
	}
	if len(shown) == 0 {
		return
	}
	for _, s := range q.owners {
		owners = append(owners, s.label)
	}
	fmt.Fprintf(b, "- %s: %s", names(owners), strings.Join(shown, ", "))
	if more > 0 {
		fmt.Fprintf(b, " and %d more", more)
	}
	b.WriteString("\n")
}

// warningsShown bounds warnings by rung.
func (p *page) warningsShown() int {
	switch p.rung {
	case full:
		return len(p.r.Warnings) + 1000
	case short:
		return 10
	}
	return 5
}

// writeWarnings writes those of the run.
func (p *page) writeWarnings(b *strings.Builder) {
	writeWarningList(b, p.r.Warnings, p.warningsShown())
}

func writeWarningList(b *strings.Builder, warnings []report.Warning, limit int) {
	if len(warnings) == 0 {
		return
	}
	b.WriteString("**Warnings**\n\n")
	for _, w := range warnings[:min(len(warnings), limit)] {
		b.WriteString("- ")
		if w.File != "" {
			b.WriteString(codeSpan(place(w.File, w.Line)) + ": ")
		}
		b.WriteString(prose(w.Message))
		if w.Side == report.Base {
			b.WriteString(" (base)")
		}
		b.WriteString("\n")
	}
	if more := len(warnings) - limit; more > 0 {
		fmt.Fprintf(b, "- %d more in the report\n", more)
	}
	b.WriteString("\n")
}
