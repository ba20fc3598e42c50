package comment

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/report"
)

func TestTitle(t *testing.T) {
	t.Parallel()
	incomplete := newReport(unchanged("web"))
	incomplete.Incomplete = "cancelled"
	atBase := failed()
	atBase.Failures = []report.Failure{{Side: report.Base, Message: "broken"}}
	born := redis()
	born.Presence = report.Added
	tests := []struct {
		name string
		r    *report.Report
		want string
	}{
		{"nothing found", newReport(), "no Application found at `abc1234`"},
		{"unchanged", newReport(unchanged("a")), "no changes at `abc1234`"},
		{"one", newReport(mysql(), unchanged("a")), "1 of 2 Applications changes at `abc1234`: 1 resource modified"},
		{"deleted and new", newReport(gone(), born),
			"2 of 2 Applications change (1 deleted, 1 new) at `abc1234`: 1 resource added, 1 modified, 4 removed"},
		{"failed alone", newReport(failed()), "1 of 1 Application failed to render at `abc1234`"},
		{"failed at base alone", newReport(atBase), "1 of 1 Application can't be compared at `abc1234`: base failed to render"},
		{"failed, rest equal", newReport(failed(), unchanged("a")), "1 of 2 Applications failed to render at `abc1234`; 1 unchanged"},
		{"failed and changed", newReport(failed(), mysql()), "1 of 2 Applications failed to render at `abc1234`; 1 changes: 1 resource modified"},
		{"skipped", newReport(skipped(), unchanged("a")), "1 of 2 Applications skipped at `abc1234`; 1 unchanged"},
		{"incomplete", incomplete, "incomplete run at `abc1234`; 1 unchanged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := title(tt.r, "abc1234")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			whole := tt.r.Totals.Failed+tt.r.Totals.Skipped == 0 && tt.r.Incomplete == ""
			if !whole && strings.Contains(got, "no changes") {
				t.Errorf("%q promises what isn't known", got)
			}
		})
	}
}

func TestTableOrder(t *testing.T) {
	t.Parallel()
	page := Markdown(newReport(unchanged("e-web"), skipped(), mysql(), redis(), failed()), options())
	last := -1
	for _, name := range []string{"| `shop-api`", "| `redis`", "| `mysql`", "| `legacy`", "| `e-web`"} {
		i := strings.Index(page, name)
		if i <= last {
			t.Errorf("%s is at %d, after %d was expected", name, i, last)
		}
		last = i
	}
}

func TestNamespacesOnlyWhereTheyDiffer(t *testing.T) {
	t.Parallel()
	other := mysql()
	other.Namespace = "team-a"
	page := Markdown(newReport(other, redis()), options())
	for _, want := range []string{"| `team-a/mysql` |", "| `argocd/redis` |"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

func TestDeletionsStandApart(t *testing.T) {
	t.Parallel()
	orphaned, manual, hook := gone(), redis(), redis()
	orphaned.Sync.Finalizer = false
	manual.Sync.Policy = report.Manual
	hook.Changes[0].Hook = "PostSync"
	tests := []struct {
		name string
		app  report.Application
		want bool
	}{
		{"auto and prune", redis(), true},
		{"deleted with finalizer", gone(), true},
		{"deleted without finalizer", orphaned, false},
		{"manual", manual, false},
		{"only a hook is removed", hook, false},
		{"nothing removed", mysql(), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := Markdown(newReport(tt.app), options())
			if got := strings.Contains(page, "[!CAUTION]"); got != tt.want {
				t.Errorf("alert: %v, want %v\n%s", got, tt.want, page)
			}
			if strings.Index(page, "- `"+tt.app.Name+"`: ") > strings.Index(page, "| Application") {
				t.Error("what merging does stands after the table")
			}
		})
	}
}
