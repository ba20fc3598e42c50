package comment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// page is one report on its way to Markdown.
type page struct {
	r     *report.Report
	o     Options
	rung  rung
	apps  []*section
	parts []*part
	// labels are the Applications as the page calls them, by namespace/name.
	labels map[string]string
}

// section is one Application on the page.
type section struct {
	*report.Application
	label string
	items []*item
}

// newPage sorts the Applications by how much they matter, says what they have
// in common once, and writes everything at every rung once.
func newPage(r *report.Report, o Options) *page {
	p := &page{r: r, o: o, labels: map[string]string{}}
	one := oneNamespace(r.Applications)
	for i := range r.Applications {
		a := &r.Applications[i]
		s := &section{Application: a, label: a.Name, items: items(a)}
		if !one {
			s.label = a.Namespace + "/" + a.Name
		}
		p.labels[a.Namespace+"/"+a.Name] = s.label
		p.apps = append(p.apps, s)
	}
	slices.SortStableFunc(p.apps, func(a, b *section) int {
		return cmp.Or(cmp.Compare(a.weight(), b.weight()), cmp.Compare(a.worst(), b.worst()))
	})
	p.parts = parts(p.apps)
	return p
}

// oneNamespace is true if naming the namespace tells the reader nothing.
func oneNamespace(apps []report.Application) bool {
	for _, a := range apps {
		if a.Namespace != apps[0].Namespace {
			return false
		}
	}
	return true
}

// weight sorts the table: failed, removing, dangerous, changed, skipped,
// unchanged.
func (s *section) weight() int {
	switch {
	case s.State == report.Failed:
		return 0
	case s.State == report.Changed && s.count().removed > 0:
		return 1
	case s.State == report.Changed && len(s.Dangers) > 0:
		return 2
	case s.State == report.Changed:
		return 3
	case s.State == report.Skipped:
		return 4
	}
	return 5
}

// worst is the severity of the worst danger.
func (s *section) worst() int {
	worst := report.Severity("")
	for _, d := range s.Dangers {
		worst = min(worst, report.Severity(d.Rule))
	}
	return worst
}

// count counts the Application's changes, wherever they are shown.
func (s *section) count() tally {
	var t tally
	for _, c := range s.Changes {
		t.add(c.Action, 1)
	}
	return t
}

// add counts n resources.
func (t *tally) add(a compare.Action, n int) {
	switch a {
	case compare.Add:
		t.added += n
	case compare.Remove:
		t.removed += n
	default:
		t.modified += n
	}
}

// body is all between title and footer.
func (p *page) body() string {
	var b strings.Builder
	p.writeIncomplete(&b)
	p.writeMeaning(&b)
	p.writeDangers(&b)
	p.writeImages(&b)
	p.writeTable(&b)
	p.writeSkipped(&b)
	p.writeOmitted(&b)
	if p.rung == list {
		p.writeNames(&b)
	} else {
		p.writeSections(&b)
	}
	p.writeWarnings(&b)
	return b.String()
}
