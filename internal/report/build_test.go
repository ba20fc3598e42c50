package report

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/fault"
)

func define(name, revision string) *argocd.Application {
	return &argocd.Application{
		Name: name, File: "apps/" + name + ".yaml", Line: 3,
		Spec: argocd.Spec{
			Destination: argocd.Destination{Server: "https://kubernetes.default.svc", Namespace: "prod"},
			Source:      &argocd.Source{RepoURL: "https://user:pw@charts.example", Chart: name, TargetRevision: revision},
		},
	}
}

func outcome(base, head *argocd.Application, b, h error, changes ...compare.Change) Outcome {
	o := Outcome{Selected: affected.Selected{
		Pair:    affected.Pair{ID: argocd.ID{Namespace: "argocd", Name: "web"}, Base: base, Head: head},
		Reasons: []string{"because"},
	}, Comparison: compare.Result{Changes: changes, Unchanged: 7}}
	if base != nil {
		o.Base = &Render{Err: b, Sources: []RenderedSource{{Type: "Helm", Tool: "Helm v3"}}}
	}
	if head != nil {
		o.Head = &Render{Err: h, Sources: []RenderedSource{{Type: "Helm", Tool: "Helm v3"}}}
	}
	return o
}

func TestStates(t *testing.T) {
	t.Parallel()
	one, two := define("web", "1.0.0"), define("web", "2.0.0")
	broken := errors.New("broken")
	change := compare.Change{Action: compare.Modify, Kind: "Deployment", Name: "web"}
	for name, test := range map[string]struct {
		outcome  Outcome
		state    State
		presence Presence
		failures []Side
		changes  int
	}{
		"changed":                         {outcome(one, two, nil, nil, change), Changed, Both, nil, 1},
		"unchanged":                       {outcome(one, two, nil, nil), Unchanged, Both, nil, 0},
		"added without resources":         {outcome(nil, two, nil, nil), Changed, Added, nil, 0},
		"deleted":                         {outcome(one, nil, nil, nil, change), Changed, Deleted, nil, 1},
		"failed at head":                  {outcome(one, two, nil, broken, change), Failed, Both, []Side{Head}, 0},
		"failed at base":                  {outcome(one, two, broken, nil, change), Failed, Both, []Side{Base}, 0},
		"failed on both":                  {outcome(one, two, broken, broken), Failed, Both, []Side{Head, Base}, 0},
		"skipped":                         {outcome(one, two, fault.Skip("no"), fault.Skip("no")), Skipped, Both, nil, 0},
		"skipped at base, failed at head": {outcome(one, two, fault.Skip("no"), broken), Failed, Both, []Side{Head}, 0},
		"failed at base, skipped at head": {outcome(one, two, broken, fault.Skip("no")), Failed, Both, []Side{Base}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := New(Run{Found: 9}, []Outcome{test.outcome})
			a := r.Applications[0]
			var sides []Side
			for _, f := range a.Failures {
				sides = append(sides, f.Side)
			}
			if a.State != test.state || a.Presence != test.presence || len(a.Changes) != test.changes {
				t.Errorf("got %s, %s, %d changes; want %s, %s, %d", a.State, a.Presence, len(a.Changes), test.state, test.presence, test.changes)
			}
			if diff := cmp.Diff(test.failures, sides); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
			if sum := r.Totals.Changed + r.Totals.Unchanged + r.Totals.Failed + r.Totals.Skipped; sum != 1 || r.Totals.Selected != 1 || r.Totals.Found != 9 {
				t.Errorf("totals: %+v", r.Totals)
			}
		})
	}
}

func TestFailureNamesPlaceAndHint(t *testing.T) {
	t.Parallel()
	err := fault.InFile(fault.WithHint(errors.New("found a tab"), "use spaces"), "templates/a.yaml")
	got := New(Run{}, []Outcome{outcome(define("web", "1"), define("web", "2"), nil, err)}).Applications[0].Failures
	want := []Failure{{Side: Head, Source: "chart web 2 of https://charts.example", File: "templates/a.yaml", Message: "templates/a.yaml: found a tab", Hint: "use spaces"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSourceShowsBothRevisionsAndNoPassword(t *testing.T) {
	t.Parallel()
	got := New(Run{}, []Outcome{outcome(define("web", "1.0.0"), define("web", "2.0.0"), nil, nil)}).Applications[0].Sources
	want := []Source{{Type: "Helm", Tool: "Helm v3", RepoURL: "https://charts.example", Chart: "web", Base: "1.0.0", Head: "2.0.0"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
