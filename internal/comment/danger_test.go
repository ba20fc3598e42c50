package comment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/report"
)

// endangered is redis with n dangers.
func endangered(n int) report.Application {
	a := redis()
	for i := range n {
		a.Dangers = append(a.Dangers, report.Danger{Rule: "immutable-field", Resource: "StatefulSet redis/redis-master", Path: fmt.Sprintf("spec.field%02d", i), Message: "Kubernetes refuses it."})
	}
	return a
}

// TestDangersAreCounted wants every danger on the full page, and a count of
// those that a shorter one leaves out.
func TestDangersAreCounted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		dangers, budget, lines int
		want, not              string
	}{
		{0, DefaultBudget, 0, "| Application |", "danger"},
		{1, DefaultBudget, 1, "> **1 danger**\n", "more"},
		{10, DefaultBudget, 10, "> **10 dangers**\n", "more"},
		{14, DefaultBudget, 14, "<details><summary>4 more</summary>", "in the report"},
		{14, 2_900, 10, "> - 4 more in the report\n", "<summary>4 more"},
		{14, 2_200, 5, "> - 9 more in the report\n", "<summary>9 more"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.dangers, tt.budget), func(t *testing.T) {
			t.Parallel()
			o := options()
			o.Budget = tt.budget
			page := Markdown(newReport(endangered(tt.dangers)), o)
			checkPage(t, page, o)
			if n := strings.Count(page, "Kubernetes refuses it."); n != tt.lines {
				t.Errorf("%d lines, want %d", n, tt.lines)
			}
			if !strings.Contains(page, tt.want) || strings.Contains(page, tt.not) {
				t.Errorf("want %q and not %q in\n%s", tt.want, tt.not, page)
			}
		})
	}
}

// TestDangerLine wants the field named once.
func TestDangerLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		d    report.Danger
		want string
	}{
		{report.Danger{Message: "It moves."}, "- `web`: It moves.\n"},
		{report.Danger{Resource: "Job a/b", Path: "spec.x", Message: "It fails."}, "- `Job a/b` of `web`, `spec.x`: It fails.\n"},
		{report.Danger{Resource: "Job a/b", Path: "spec.x", Message: "Kubernetes keeps spec.x as it is."}, "- `Job a/b` of `web`: Kubernetes keeps `spec.x` as it is.\n"},
	}
	for _, tt := range tests {
		if got := (&foundDanger{tt.d, []string{"web"}}).line(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

// TestFirstThings wants deletions, meaning, dangers, images and Applications
// in this order.
func TestFirstThings(t *testing.T) {
	t.Parallel()
	page := Markdown(perilous(), options())
	last := -1
	for _, want := range []string{"; 5 dangers\n", "> [!CAUTION]", "- `web-prod`: manual", "> **5 dangers**", "| Image | From", "| Application |", "<details"} {
		i := strings.Index(page, want)
		if i <= last {
			t.Errorf("%s is at %d, after %d was expected\n%s", want, i, last, page)
		}
		last = i
	}
}

// TestSameDangerOnce tells dangers apart that only look alike.
func TestSameDangerOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(d *report.Danger)
		want   int
	}{
		{"the same", func(*report.Danger) {}, 1},
		{"another field", func(d *report.Danger) { d.Path = "spec.selector" }, 2},
		{"another sentence", func(d *report.Danger) { d.Message = "Kubernetes refuses it. Really." }, 2},
		{"another resource", func(d *report.Danger) { d.Resource = "Job web/other" }, 2},
		{"another rule", func(d *report.Danger) { d.Rule = "deletes-data" }, 2},
		{"the Application", func(d *report.Danger) { d.Resource = "" }, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dev, prod := environment("dev"), environment("prod")
			for _, a := range []*report.Application{&dev, &prod} {
				a.Dangers = []report.Danger{{Rule: "immutable-field", Resource: id(&a.Changes[3]), Path: "spec.template", Message: "Kubernetes refuses it."}}
			}
			tt.change(&prod.Dangers[0])
			page := Markdown(newReport(dev, prod), options())
			if n := strings.Count(page, "Kubernetes refuses it."); n != tt.want || !strings.Contains(page, "**2 dangers**") {
				t.Errorf("%d lines, want %d\n%s", n, tt.want, page)
			}
		})
	}
}
