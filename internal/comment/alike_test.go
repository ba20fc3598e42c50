package comment

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// TestOnlyTheSameIsShownOnce changes one thing in one of two Applications that
// change alike, and wants each to have its own part then.
func TestOnlyTheSameIsShownOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(c *compare.Change)
		alike  bool
	}{
		{"nothing", func(*compare.Change) {}, true},
		{"own namespace in a subject", func(c *compare.Change) { c.Diff += "\n+   namespace: " + c.Namespace }, true},
		{"own name of a service account", func(c *compare.Change) { c.Diff += "\n+ serviceAccountName: " + c.Name + "-api" }, true},
		{"own name elsewhere", func(c *compare.Change) { c.Diff += "\n+ host: " + c.Name }, false},
		{"own name within a word", func(c *compare.Change) { c.Diff += "\n+ name: " + c.Name + "x" }, false},
		{"own namespace as a name", func(c *compare.Change) { c.Diff += "\n+ env: " + c.Namespace }, false},
		{"masked on both", func(c *compare.Change) { c.Diff += "\n- password: <masked, before>\n+ password: <masked, after>" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dev, prod := environment("dev"), environment("prod")
			dev.Changes, prod.Changes = dev.Changes[1:2], prod.Changes[1:2]
			tt.change(&dev.Changes[0])
			tt.change(&prod.Changes[0])
			page := Markdown(newReport(dev, prod), options())
			checkPage(t, page, options())
			if got := strings.Contains(page, "</code>: the same change"); got != tt.alike {
				t.Errorf("the same change: %v\n%s", got, page)
			}
		})
	}
}

func TestDifferencesKeepApplicationsApart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(a *report.Application, c *compare.Change)
	}{
		{"value", func(_ *report.Application, c *compare.Change) { c.Diff = strings.Replace(c.Diff, "1.1.0", "1.2.0", 1) }},
		{"cut value", func(_ *report.Application, c *compare.Change) { c.Paths[0].To = "web-1.2.0" }},
		{"kind", func(_ *report.Application, c *compare.Change) { c.Kind = "StatefulSet" }},
		{"name", func(_ *report.Application, c *compare.Change) { c.Name = "api" }},
		{"namespace of its own", func(_ *report.Application, c *compare.Change) { c.Namespace = "kube-system" }},
		{"action", func(_ *report.Application, c *compare.Change) { c.Action = compare.Add }},
		{"hook", func(_ *report.Application, c *compare.Change) { c.Hook = "Sync" }},
		{"danger", func(a *report.Application, c *compare.Change) {
			a.Dangers = []report.Danger{{Rule: "immutable-field", Resource: id(c), Message: "No."}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dev, prod := environment("dev"), environment("prod")
			dev.Changes, prod.Changes = dev.Changes[1:2], prod.Changes[1:2]
			tt.change(&prod, &prod.Changes[0])
			page := Markdown(newReport(dev, prod), options())
			checkPage(t, page, options())
			if strings.Contains(page, "the same change") {
				t.Errorf("different changes are shown as one\n%s", page)
			}
		})
	}
}

// TestPartsCoverEverything counts the resources of all parts of made-up
// reports, twins included.
func TestPartsCoverEverything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := chooser{rand.New(rand.NewPCG(seed, 2)).IntN}.report()
		want, got := 0, 0
		for _, a := range r.Applications {
			want += len(a.Changes)
		}
		for it := range newPage(r, options()).everyItem {
			got += it.resources()
		}
		if got != want {
			t.Errorf("seed %d: the parts stand for %d resources, the report has %d", seed, got, want)
		}
	}
}
