package report

import (
	"errors"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/fault"
)

// Outcome is what one selected Application came to.
type Outcome struct {
	Selected affected.Selected
	// Base and Head are nil where the Application doesn't exist.
	Base, Head *Render
	// Comparison is valid if no side failed.
	Comparison compare.Result
}

// Render is what one side of an Application came to.
type Render struct {
	// Sources holds one entry per source, in order, as far as they were read.
	Sources []RenderedSource
	// Err is the first failure or fault.Unsupported; nil if all rendered.
	Err error
	// FailedSource is the index of the source that Err is about, -1 if it is
	// about the whole Application.
	FailedSource int
	// File and Line are the place at fault in the repository, where it is
	// known to be a file there; Line may be 0.
	File     string
	Line     int
	Warnings []string
}

// RenderedSource is what was found out about one source.
type RenderedSource struct {
	Type string
	Tool string
	Own  bool
}

// Run is what holds for the whole run.
type Run struct {
	Repository   string
	Base, Head   Revision
	Found        int // Applications on either side
	ControlPlane string
	// BaseProjects and HeadProjects are the AppProjects in the trees.
	BaseProjects []argocd.Project
	HeadProjects []argocd.Project
	Incomplete   string
	Warnings     []Warning
	Notes        []string
}

// New builds the report of a run. Outcomes must be sorted by ID.
func New(run Run, outcomes []Outcome) *Report {
	parts := make([]Part, len(outcomes))
	for i, o := range outcomes {
		parts[i] = NewPart(run, o)
	}
	return Join(run, parts)
}

// count adds one Application.
func (t *Totals) count(a Application) {
	switch a.State {
	case Changed:
		t.Changed++
	case Unchanged:
		t.Unchanged++
	case Failed:
		t.Failed++
	case Skipped:
		t.Skipped++
	}
	t.Dangers += len(a.Dangers)
	for _, c := range a.Changes {
		switch c.Action {
		case compare.Add:
			t.Added++
		case compare.Modify:
			t.Modified++
		case compare.Remove:
			t.Removed++
		}
	}
}

// application turns one outcome into plain data.
func application(run Run, o Outcome) Application {
	def := o.Selected.Either()
	a := Application{
		Namespace: o.Selected.ID.Namespace, Name: o.Selected.ID.Name, Presence: presence(o.Selected.Pair),
		ApplicationSet: def.Set, File: def.File, Line: def.Line, Reasons: append([]string{}, o.Selected.Reasons...),
		Destination: destination(def.Spec.Destination), Sources: sources(o), Changes: []compare.Change{},
	}
	for _, parent := range def.Parents {
		a.Parents = append(a.Parents, parent.String())
	}
	if o.Selected.RenamedFrom.Name != "" {
		a.RenamedFrom = o.Selected.RenamedFrom.String()
	}
	a.settle(o)
	return judged(scene{run: run, app: a, base: o.Selected.Base, head: o.Selected.Head, result: o.Comparison})
}

// settle decides the state. A failure on either side leaves nothing to
// compare: what only one side renders would look added or deleted.
func (a *Application) settle(o Outcome) {
	for _, s := range []struct {
		side   Side
		render *Render
		def    *argocd.Application
	}{{Head, o.Head, o.Selected.Head}, {Base, o.Base, o.Selected.Base}} {
		if s.render == nil {
			continue
		}
		a.warn(s.side, s.render.Warnings)
		var unsupported *fault.Unsupported
		switch {
		case s.render.Err == nil:
		case errors.As(s.render.Err, &unsupported):
			a.Skipped = unsupported.Reason
		default:
			a.Failures = append(a.Failures, failure(s.side, s.def, s.render))
		}
	}
	a.conclude(o.Comparison)
}

func (a *Application) conclude(c compare.Result) {
	switch {
	case len(a.Failures) > 0:
		a.State, a.Skipped = Failed, ""
	case a.Skipped != "":
		a.State = Skipped
	default:
		a.State, a.UnchangedResources = Unchanged, c.Unchanged
		a.Changes = append(a.Changes, c.Changes...)
		a.Volatile = c.Volatile
		a.warn("", c.Warnings)
		if len(c.Changes) > 0 || a.Presence != Both {
			a.State = Changed
		}
	}
}

func (a *Application) warn(side Side, messages []string) {
	for _, m := range messages {
		a.Warnings = append(a.Warnings, Warning{Side: side, Message: m})
	}
}

func presence(p affected.Pair) Presence {
	switch {
	case p.RenamedFrom.Name != "":
		return Renamed
	case p.Base == nil:
		return Added
	case p.Head == nil:
		return Deleted
	}
	return Both
}

func destination(d argocd.Destination) Destination {
	cluster := d.Name
	if cluster == "" {
		cluster = d.Server
	}
	return Destination{Cluster: cluster, Namespace: d.Namespace}
}

// Blame makes an error of the comparison the head's: both sides rendered, and
// still nobody can say what changes.
func (o *Outcome) Blame(err error) {
	side := o.Head
	if side == nil {
		side = o.Base
	}
	if side != nil && side.Err == nil {
		side.Err, side.FailedSource = err, -1
	}
}
