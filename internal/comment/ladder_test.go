package comment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
)

// TestLadder reads each rung for what it must and must not have, and counts
// what it says is left out.
func TestLadder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		budget      int
		table, path bool
		diffs       int
		names       int
	}{
		{100_000, true, false, 36, 36},
		{12_000, true, true, 6, 36},
		{9_000, true, true, 2, 36},
		{5_000, true, false, 0, 36},
		{3_000, true, false, 0, 15},
		{1_000, false, false, 0, 0},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.budget), func(t *testing.T) {
			t.Parallel()
			o := options()
			o.Budget = tt.budget
			page := Markdown(large(), o)
			checkPage(t, page, o)
			rows := strings.Count(page, "\n| `redis-")
			if (rows == 12) != tt.table || (rows == 0) == tt.table {
				t.Errorf("%d rows", rows)
			}
			diffs := strings.Count(page, "```diff\n")
			names := strings.Count(page, "`ConfigMap ") + strings.Count(page, "`StatefulSet ") + strings.Count(page, "`Job ")
			paths := strings.Contains(page, "`: `spec.replicas`")
			if diffs != tt.diffs || names != tt.names || paths != tt.path {
				t.Errorf("%d diffs, %d names, paths %v; want %d, %d, %v\n%s", diffs, names, paths, tt.diffs, tt.names, tt.path, page)
			}
			said := fmt.Sprintf("**%d of 36 diffs left out here", 36-diffs)
			if strings.Contains(page, said) != (diffs < 36 && tt.table) {
				t.Errorf("the page doesn't say %q", said)
			}
			if diffs < 36 && !strings.Contains(page, "report directory `argoplan-report`") {
				t.Error("the page doesn't say where the whole is")
			}
		})
	}
}

// TestOneLargeDiff wants a single huge resource to cost no other its diff.
func TestOneLargeDiff(t *testing.T) {
	t.Parallel()
	a := redis()
	a.Changes = append([]compare.Change{{Action: compare.Modify, Kind: "CustomResourceDefinition", Name: "huge.example.com",
		Paths: []compare.PathChange{{Path: "spec.versions"}}, Diff: strings.Repeat("+ line\n", 20_000)}}, a.Changes...)
	page := Markdown(newReport(a, mysql()), options())
	checkPage(t, page, options())
	for _, want := range []string{"**1 of 5 diffs left out", "- modified `CustomResourceDefinition huge.example.com`: `spec.versions`", "+ redis:7.4", "<secret 90ab>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
}

// TestRunIDKeepsTheRung moves the length of run ID and link at every budget
// near the edge of a rung.
func TestRunIDKeepsTheRung(t *testing.T) {
	t.Parallel()
	for budget := 4_000; budget < 20_000; budget += 397 {
		o := options()
		o.Budget = budget
		later := o
		later.Marker.Run, later.RunURL = "12345678901234.100", "https://github.com/octo/shop/actions/runs/12345678901234/attempts/100"
		if !same(Markdown(large(), o), Markdown(large(), later)) {
			t.Fatalf("at %d bytes a longer run ID changes the page", budget)
		}
	}
}

func TestMessagesAreCutByLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		n    int
		want string
		left int
	}{
		{"a\nb\n", 10, "a\nb", 0},
		{"aaa\nbbb\nccc", 7, "aaa\nbbb", 1},
		{"aaa\nbbb\nccc", 6, "aaa", 2},
		{"äää", 3, "ä…", 1},
		{"", 5, "", 0},
	}
	for _, tt := range tests {
		if got, left := firstLines(tt.in, tt.n); got != tt.want || left != tt.left {
			t.Errorf("firstLines(%q, %d) = %q, %d; want %q, %d", tt.in, tt.n, got, left, tt.want, tt.left)
		}
	}
	a := failed()
	a.Failures[0].Message = strings.Repeat("a line of standard error\n", 20_000)
	page := Markdown(newReport(a, mysql()), options())
	for _, want := range []string{"lines of the message left out here", "Hint: Run", "<details open><summary><code>shop-api</code>", "<secret 90ab>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%.3000s", want, page)
		}
	}
}

// TestStepSummary is the same page without a marker, and says of no step
// summary that it has more.
func TestStepSummary(t *testing.T) {
	t.Parallel()
	page := Markdown(large(), Options{Budget: 9000, ReportDir: "out"})
	if !strings.HasPrefix(page, "## argoplan") || strings.Contains(page, "step summary") || !strings.Contains(page, "`out`") {
		t.Errorf("page:\n%s", page)
	}
}
