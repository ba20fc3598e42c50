package report

import (
	"reflect"
	"strings"
)

// Part is what one selected Application adds to a report: itself, and what only
// shows next to the others. Parts of several runs that share the work make one
// report: see Join.
type Part struct {
	Application Application `json:"application"`
	// Images are those that change in this Application.
	Images []Image `json:"images,omitempty"`
	// Base and Head say what it deploys; nothing unless it rendered on both sides.
	Base Deployed `json:"base"`
	Head Deployed `json:"head"`
}

// Deployed is what an Application deploys at one side.
type Deployed struct {
	Cluster   string     `json:"cluster,omitempty"`
	Resources []Resource `json:"resources,omitempty"`
}

// Resource tells one resource of a cluster from the others.
type Resource struct {
	Group string `json:"group,omitempty"`
	Kind  string `json:"kind"`
	// Title is "Kind namespace/name", as a change is headed.
	Title string `json:"title"`
}

// NewPart judges one outcome. Of run, it reads ControlPlane and the AppProjects. It keeps no manifest: those of
// a large run don't fit in memory together.
func NewPart(run Run, o Outcome) Part {
	p := Part{Application: application(run, o)}
	if s := p.Application.State; s != Failed && s != Skipped {
		p.Base, p.Head = deploy(o.Selected.Base, o.Comparison.Base), deploy(o.Selected.Head, o.Comparison.Head)
	}
	p.Images = images(p.Application)
	for i := range p.Application.Changes {
		p.Application.Changes[i].Base, p.Application.Changes[i].Head = nil, nil
	}
	p.Redact(strings.Clone) // a name must not keep the whole text that it was read from
	return p
}

// Join makes the report of a run from its parts, which must be sorted by
// namespace and name. Of run, it takes what is not an Application's.
func Join(run Run, parts []Part) *Report {
	r := &Report{
		Schema: Schema, Repository: run.Repository, Base: run.Base, Head: run.Head,
		Incomplete: run.Incomplete, Warnings: run.Warnings, Notes: run.Notes,
		Applications: make([]Application, 0, len(parts)),
	}
	r.Totals.Found, r.Totals.Selected = run.Found, len(parts)
	for _, p := range parts {
		r.Applications = append(r.Applications, p.Application)
	}
	shared(r.Applications, parts)
	for _, a := range r.Applications {
		r.Totals.count(a)
	}
	r.Images = joinImages(parts)
	return r
}

// Redact passes every text of the part through hide, as Report.Redact does.
func (p *Part) Redact(hide func(text string) string) { redact(reflect.ValueOf(p).Elem(), hide) }

// Sound is Report.Sound for a part that was read.
func (p *Part) Sound() error { return p.Application.sound() }
