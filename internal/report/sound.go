package report

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/argoplan/argoplan/internal/compare"
)

var commitID = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})?$`)

// Sound says where a report that was read contradicts itself, or uses a word
// that isn't one of ours: a reader, or a comment, relies on those.
func (r *Report) Sound() error {
	if r.Schema != Schema {
		return fmt.Errorf("expected schema %d, found %d", Schema, r.Schema)
	}
	for _, v := range []Revision{r.Base, r.Head} {
		if !commitID.MatchString(v.SHA) {
			return fmt.Errorf("expected a commit ID, found %.80q", v.SHA)
		}
	}
	if len(r.Applications) > maxApplications {
		return fmt.Errorf("expected at most %d Applications, found %d", maxApplications, len(r.Applications))
	}
	counted := Totals{Found: r.Totals.Found, Selected: len(r.Applications)}
	for i := range r.Applications {
		if err := r.Applications[i].sound(); err != nil {
			return fmt.Errorf("Application %.200q: %w", r.Applications[i].Name, err)
		}
		counted.count(r.Applications[i])
	}
	if counted != r.Totals || r.Totals.Found < r.Totals.Selected {
		return fmt.Errorf("expected totals that count the Applications, %+v, found %+v", counted, r.Totals)
	}
	return warnings(r.Warnings)
}

// sound holds an Application's state against what it lists.
func (a *Application) sound() error {
	if err := a.words(); err != nil {
		return err
	}
	want := Changed
	switch {
	case len(a.Failures) > 0:
		want = Failed
	case a.Skipped != "":
		want = Skipped
	case len(a.Changes) == 0 && a.Presence == Both:
		want = Unchanged
	}
	if a.State != want || a.State != Changed && len(a.Changes) > 0 {
		return fmt.Errorf("expected the state %s of what is listed, found %s", want, a.State)
	}
	return nil
}

// words checks every text that is one of a few.
func (a *Application) words() error {
	err := oneOf("presence", a.Presence, Both, Added, Deleted, Renamed)
	if err == nil {
		err = oneOf("sync policy", a.Sync.Policy, AutoPrune, Auto, Manual)
	}
	for _, f := range a.Failures {
		if err == nil {
			err = oneOf("side", f.Side, Base, Head)
		}
	}
	actions := []compare.Action{compare.Add, compare.Modify, compare.Remove}
	for _, c := range a.Changes {
		if err == nil {
			err = oneOf("action", c.Action, actions...)
		}
		for _, p := range c.Paths {
			if err == nil {
				err = oneOf("action", p.Action, actions...)
			}
		}
	}
	if err != nil {
		return err
	}
	return warnings(a.Warnings)
}

func warnings(list []Warning) error {
	for _, w := range list {
		if err := oneOf("side", w.Side, Base, Head, ""); err != nil {
			return err
		}
	}
	return nil
}

func oneOf[T ~string](what string, got T, words ...T) error {
	if slices.Contains(words, got) {
		return nil
	}
	return fmt.Errorf("expected a known %s, found %.80q", what, got)
}
