package comment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// rung is how much is said, of the whole page or of one change.
type rung int

const (
	nothing rung = iota
	list         // kind and name
	short        // and the changed paths, without values
	full         // and the diff
)

// linkRoom is kept free for the marker and the run link, so that a longer run
// ID never moves the page to another rung.
const linkRoom = 512

// page is one report on its way to Markdown.
type page struct {
	r    *report.Report
	o    Options
	rung rung
	apps []*section
}

// section is one Application on the page.
type section struct {
	*report.Application
	label   string
	changes []*change
}

// change is one resource and how it is shown.
type change struct {
	*compare.Change
	at   rung
	text [full + 1]string
}

// newPage sorts the Applications by how much they matter and writes every
// change at every rung once.
func newPage(r *report.Report, o Options) *page {
	p := &page{r: r, o: o}
	one := oneNamespace(r.Applications)
	for i := range r.Applications {
		a := &r.Applications[i]
		s := &section{Application: a, label: a.Name}
		if !one {
			s.label = a.Namespace + "/" + a.Name
		}
		for j := range a.Changes {
			c := &change{Change: &a.Changes[j]}
			c.text = [full + 1]string{"", c.name(), c.withPaths(), c.withDiff()}
			s.changes = append(s.changes, c)
		}
		p.apps = append(p.apps, s)
	}
	slices.SortStableFunc(p.apps, func(a, b *section) int { return cmp.Compare(a.weight(), b.weight()) })
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

// weight sorts the table: failed, removing, changed, skipped, unchanged.
func (s *section) weight() int {
	switch {
	case s.State == report.Failed:
		return 0
	case s.State == report.Changed && s.count().removed > 0:
		return 1
	case s.State == report.Changed:
		return 2
	case s.State == report.Skipped:
		return 3
	}
	return 4
}

// climb writes the body at rung g, with as much more as fits. It is false if
// not even the rung itself fits.
func (p *page) climb(g rung) (string, bool) {
	p.rung = g
	base := g
	if g == list {
		base = nothing // names are added while they fit; the table is whole
	}
	for c := range p.everyChange {
		c.at = base
	}
	room := p.o.Budget - linkRoom - len(p.footer()) + len(p.link()) - len(p.header()) + len(p.o.Marker.String())
	body := p.body()
	if len(body) > room {
		return "", false
	}
	if g == full {
		return body, true
	}
	return p.raise(base+1, room, body), true
}

// raise shows changes at rung to, in the order of the page, while they fit
// into room. One large diff doesn't keep the smaller ones after it out.
func (p *page) raise(to rung, room int, body string) string {
	left := room - len(body)
	var raised []*change
	for c := range p.everyChange {
		cost := len(c.text[to]) - len(c.text[c.at])
		if cost <= left {
			c.at, left = to, left-cost
			raised = append(raised, c)
		}
	}
	// What stands around the changes depends on what is shown, so the sum is
	// an estimate: take back what was too much.
	for body = p.body(); len(body) > room; body = p.body() {
		for over := len(body) - room; over > 0 && len(raised) > 0; {
			c := raised[len(raised)-1]
			raised = raised[:len(raised)-1]
			c.at = to - 1
			over -= len(c.text[to]) - len(c.text[c.at])
		}
	}
	return body
}

// everyChange goes through all changes in the order of the page.
func (p *page) everyChange(yield func(*change) bool) {
	for _, s := range p.apps {
		for _, c := range s.changes {
			if !yield(c) {
				return
			}
		}
	}
}

// body is all between title and footer.
func (p *page) body() string {
	var b strings.Builder
	p.writeIncomplete(&b)
	p.writeMeaning(&b)
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
