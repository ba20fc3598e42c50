// Package comment turns a report into Markdown that fits and keeps one comment
// per pull request up to date. It knows nothing of rendering.
package comment

import (
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// DefaultBudget is right under every known limit of a comment: GitHub's message
// names 65,536 characters, its storage takes 262,144 bytes.
const DefaultBudget = 65_000

// SummaryBudget is for a step summary, which GitHub drops whole above
// 1,048,576 bytes.
const SummaryBudget = 1_000_000

// MinBudget is the smallest budget that Markdown keeps to.
const MinBudget = 1_000

// Options says where the Markdown goes.
type Options struct {
	// Budget is the most bytes the result may have; 0 is DefaultBudget, and
	// less than MinBudget counts as MinBudget.
	Budget int
	// Marker identifies the comment. A zero one writes no marker line, as in a
	// step summary.
	Marker Marker
	// Head is the commit that the reader knows: the pull request's head, where
	// the report's head is the merge commit. "" shows the report's head.
	Head string
	// RunURL is the page of the workflow run; "" writes no link.
	RunURL string
	// ReportDir is where the whole report lies, as the reader knows it.
	ReportDir string
}

// Markdown writes r as the largest of four forms that fits o.Budget: full,
// short (changed paths, and as many diffs as fit), list (the table and names),
// summary (one paragraph). It cuts between whole resources only, and counts
// what it leaves out. The same input gives the same bytes.
func Markdown(r *report.Report, o Options) string {
	if o.Budget == 0 {
		o.Budget = DefaultBudget
	}
	o.Budget = max(o.Budget, MinBudget)
	p := newPage(r, o)
	for _, g := range []rung{full, short, list} {
		if body, ok := p.climb(g); ok {
			return p.header() + body + p.footer()
		}
	}
	return p.summary()
}

// header is the marker, if any, and the title.
func (p *page) header() string {
	var b strings.Builder
	if p.o.Marker != (Marker{}) {
		b.WriteString(p.o.Marker.String() + "\n")
	}
	b.WriteString("## argoplan: " + title(p.r, p.commit()) + "\n\n")
	return b.String()
}

// summary is the last form: what every reader needs, in one paragraph. Texts
// of the pull request go first when even that is too long.
func (p *page) summary() string {
	head := p.header()
	text := "The report is too large for this place. " + p.whereabouts() + "\n\n"
	for _, s := range []string{text + p.footer(), text + p.link(), p.link()} {
		if len(head)+len(s) <= p.o.Budget {
			return head + s
		}
	}
	return head
}
