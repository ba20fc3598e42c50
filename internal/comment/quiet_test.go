package comment

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// TestNothingIsHidden looks for every line and every name on the full page.
func TestNothingIsHidden(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		r    *report.Report
	}{
		{"chart", newReport(chart())},
		{"two hundred labels", twoHundred()},
		{"hooks and removals", newReport(redis(), gone(), mysql())},
		{"one environment", newReport(environment("dev"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := Markdown(tt.r, Options{Budget: SummaryBudget})
			for _, a := range tt.r.Applications {
				for i := range a.Changes {
					c := &a.Changes[i]
					for _, l := range strings.Split(c.Diff, "\n") {
						_, titled := strings.CutPrefix(l, "@@ spec.template.metadata")
						if !strings.Contains(page, l+"\n") && !titled {
							t.Errorf("no line %q of %s", l, id(c))
						}
					}
					if !strings.Contains(page, "`"+c.Namespace+"/"+c.Name+"`") && !strings.Contains(page, id(c)) {
						t.Errorf("%s isn't named", id(c))
					}
				}
			}
		})
	}
}

// TestFirstScreen wants the image before anything long.
func TestFirstScreen(t *testing.T) {
	t.Parallel()
	page := Markdown(twoHundred(), options())
	lines := strings.Split(page, "\n")
	screen := strings.Join(lines[:min(40, len(lines))], "\n")
	for _, want := range []string{"| `web` | `1.0.0` | `1.1.0` |", "- image: web:1.0.0\n+ image: web:1.1.0", "199 resources: only label <code>helm.sh/chart</code> changed"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the first screen lacks %q:\n%s", want, screen)
		}
	}
}

// TestOnlySharedMetadataIsFolded counts the diffs of changes next to two
// Services in which only the chart's label changes.
func TestOnlySharedMetadataIsFolded(t *testing.T) {
	t.Parallel()
	other := labelled("Secret", "other")
	other.Paths[0].To, other.Diff = "web-9", strings.ReplaceAll(other.Diff, "1.1.0", "9")
	claim := and(labelled("StatefulSet", "db"), "spec.volumeClaimTemplates[0].metadata.labels.chart", "web-1.0.0", "web-1.1.0")
	tests := []struct {
		name   string
		c      compare.Change
		danger report.Danger
		want   string // on the page
		not    string
	}{
		{"the same label", labelled("Secret", "s"), report.Danger{}, "3 resources: only label", "**modified**"},
		{"another value", other, report.Danger{}, "**modified** `Secret web/other`", "3 resources: only"},
		{"pods", labelled("Deployment", "api", "spec.template."), report.Danger{}, "changed, so pods restart", "**modified**"},
		{"pods of a Job don't restart", labelled("Job", "run", "spec.template."), report.Danger{}, "(also of its pod template) changed<", "restart"},
		{"claims are not pods", claim, report.Danger{}, "@@ spec.volumeClaimTemplates[0].metadata.labels @@", "restart"},
		{"a field", and(labelled("Secret", "s"), "data.key", "a", "b"), report.Danger{}, "+ key: b\n```\n\nAnd the shared label `helm.sh/chart`\n", "3 resources: only"},
		{"a danger", labelled("Secret", "s"), report.Danger{Resource: "Secret web/s", Message: "No."}, "**modified** `Secret web/s`", "3 resources: only"},
		{"a danger about the label", and(labelled("Secret", "s"), "data.key", "a", "b"),
			report.Danger{Resource: "Secret web/s", Path: "metadata.labels[helm.sh/chart]", Message: "No."}, "+ helm.sh/chart: web-1.1.0\n```\n\n<details>", "And the shared"},
		{"added", compare.Change{Action: compare.Add, Kind: "Secret", Name: "new", Diff: labelled("", "").Diff}, report.Danger{}, "**added** `Secret new`", "3 resources: only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := chart()
			a.Changes = []compare.Change{labelled("Service", "one"), labelled("Service", "two"), tt.c}
			if tt.danger != (report.Danger{}) {
				a.Dangers = []report.Danger{tt.danger}
			}
			page := Markdown(newReport(a), options())
			checkPage(t, page, options())
			if !strings.Contains(page, tt.want) || strings.Contains(page, tt.not) {
				t.Errorf("want %q and not %q in\n%s", tt.want, tt.not, page)
			}
		})
	}
}

func TestMetadataWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		paths []string
		want  string
	}{
		{[]string{"metadata.labels.app"}, "label `app`"},
		{[]string{"metadata.labels[a/b]", "spec.template.metadata.labels[a/b]", "metadata.annotations.x", "metadata.labels.c"},
			"labels `a/b`, `c` and annotation `x` (also of its pod template)"},
		{[]string{"metadata.labels", "metadata.finalizers[0]"}, "fields `metadata.labels`, `metadata.finalizers[0]`"},
	}
	for _, tt := range tests {
		var paths []compare.PathChange
		for _, p := range tt.paths {
			paths = append(paths, compare.PathChange{Path: p})
		}
		if got := metadataWords(paths, codeSpan); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.paths, got, tt.want)
		}
	}
}

// TestRanks wants what matters first, and hooks last.
func TestRanks(t *testing.T) {
	t.Parallel()
	a := chart()
	a.Changes = append(a.Changes, redis().Changes...)
	a.Changes = append(a.Changes, and(labelled("Ingress", "public"), "metadata.annotations.class", "a", "b"))
	a.Dangers = []report.Danger{{Resource: "StatefulSet redis/redis-master", Message: "No."}}
	page := Markdown(newReport(a), options())
	last := -1
	for _, want := range []string{"**removed** `ConfigMap redis/redis-scripts`", "**modified** `StatefulSet redis/redis-master`", "**modified** `Deployment web/web`",
		"<code>Deployment web/web-cache</code>: only", "3 resources: only", "**modified** `Ingress web/public`", "#### Hooks",
		"**modified** `Job web/web-migrate`", "**added** `Job redis/migrate-`", "<code>Job web/web-notify</code>: only"} {
		i := strings.Index(page, want)
		if i <= last {
			t.Errorf("%s is at %d, after %d was expected", want, i, last)
		}
		last = i
	}
}
