package shard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// Merged is what all shards found out together.
type Merged struct {
	Run   report.Run
	Parts []report.Part
	// Stopped is true if no shard rendered anything.
	Stopped bool
	// Lacking says which shards are missing, with their Applications; "" if none is.
	Lacking string
}

// Merge puts bundles together as if one job had rendered everything. Broken says
// why a shard's bundle could not be used. A shard that is missing leaves its
// Applications failed and the run incomplete. Bundles of different runs are an
// error, and so is none at all.
func Merge(bundles []*Bundle, broken map[int]error) (Merged, error) {
	if len(bundles) == 0 {
		return Merged{}, fault.WithHint(fmt.Errorf("merging the bundles: expected one of each shard, found none%s", reasons(broken)),
			"the jobs of the shards must upload what they leave in report-dir, and this one download it to bundles; see docs/scale.md")
	}
	m := merger{of: bundles[0].Of, by: map[int]*Bundle{}, stopped: map[int]string{}, broken: broken}
	for _, b := range bundles {
		if err := m.take(b); err != nil {
			return Merged{}, fault.WithHint(fmt.Errorf("merging the bundles: %w", err),
				"all shards must be jobs of one run, with the same inputs and the same version of argoplan; run all of them again")
		}
	}
	return m.merge(), nil
}

// merger holds the bundles of one run by their shards.
type merger struct {
	of      int
	by      map[int]*Bundle
	stopped map[int]string // why a shard rendered nothing
	broken  map[int]error
	first   *Bundle // the first that was taken
	found   *Bundle // the first of those that rendered
}

// take adds a bundle if it is of the same run as the others.
func (m *merger) take(b *Bundle) error {
	switch {
	case m.by[b.Shard] != nil:
		return fmt.Errorf("expected one bundle of %s, found two", b.ID())
	case m.first != nil:
		if err := sameRun(m.first, b); err != nil {
			return err
		}
	default:
		m.first = b
	}
	m.by[b.Shard] = b
	if b.Stopped {
		m.stopped[b.Shard] = b.Report.Incomplete
		return nil
	}
	if m.found == nil {
		m.found = b
	}
	return sameFind(m.found, b)
}

// sameRun compares what every shard knows from the start.
func sameRun(a, b *Bundle) error {
	for _, f := range []struct{ what, a, b string }{
		{"number of shards", fmt.Sprint(a.Of), fmt.Sprint(b.Of)},
		{"version of argoplan", a.Version, b.Version},
		{"workflow run", fmt.Sprint(a.Run), fmt.Sprint(b.Run)},
		{"repository", a.Report.Repository, b.Report.Repository},
		{"digest of the inputs", a.Inputs, b.Inputs},
	} {
		if f.a != f.b {
			return fmt.Errorf("expected the same %s, found %.80q in %s and %.80q in %s", f.what, f.a, a.ID(), f.b, b.ID())
		}
	}
	return nil
}

// sameFind compares what they found before they rendered.
func sameFind(a, b *Bundle) error {
	for _, f := range []struct {
		what string
		a, b report.Revision
	}{{"base", a.Report.Base, b.Report.Base}, {"head", a.Report.Head, b.Report.Head}} {
		if f.a != f.b {
			return fmt.Errorf("expected the same %s, found %.80s %s in %s and %.80s %s in %s", f.what, f.a.Name, f.a.SHA, a.ID(), f.b.Name, f.b.SHA, b.ID())
		}
	}
	same := func(x, y Entry) bool {
		return x.Shard == y.Shard && x.Part.Application.Namespace == y.Part.Application.Namespace && x.Part.Application.Name == y.Part.Application.Name
	}
	if a.Report.Totals != b.Report.Totals || !slices.EqualFunc(a.Entries, b.Entries, same) {
		return fmt.Errorf("%s and %s did not find the same Applications: something that they are found by answered differently", a.ID(), b.ID())
	}
	return nil
}

// merge makes one of all.
func (m *merger) merge() Merged {
	out := Merged{Stopped: m.found == nil}
	r := m.first.Report
	if m.found != nil {
		r = m.found.Report
		for i, e := range m.found.Entries {
			if own := m.by[e.Shard]; own != nil && !own.Stopped {
				e = own.Entries[i]
			}
			out.Parts = append(out.Parts, e.Part)
		}
	}
	out.Lacking = m.lacking()
	out.Run = report.Run{Repository: r.Repository, Base: r.Base, Head: r.Head, Found: r.Totals.Found, Warnings: r.Warnings, Notes: r.Notes,
		Incomplete: strings.Join(slices.DeleteFunc([]string{m.incomplete(), out.Lacking}, func(s string) bool { return s == "" }), "\n")}
	for s := 1; s <= m.of; s++ {
		if b := m.by[s]; b != nil && !b.Stopped {
			out.Run.Notes = slices.Concat(out.Run.Notes, b.Report.Notes)
			out.Run.Warnings = joinWarnings(out.Run.Warnings, b.Report.Warnings)
		}
	}
	slices.Sort(out.Run.Notes)
	out.Run.Notes = slices.Compact(out.Run.Notes)
	return out
}

// incomplete says why shards that rendered may not have found everything: once,
// if all say the same.
func (m *merger) incomplete() string {
	said, last := map[string]bool{}, ""
	var lines []string
	for s := 1; s <= m.of; s++ {
		if b := m.by[s]; b != nil && (!b.Stopped || m.found == nil) {
			last = b.Report.Incomplete
			said[last] = true
			if b.Report.Incomplete != "" {
				lines = append(lines, fmt.Sprintf("%s: %s", capital(b.ID()), b.Report.Incomplete))
			}
		}
	}
	if len(said) == 1 {
		return last
	}
	return strings.Join(lines, "\n")
}
