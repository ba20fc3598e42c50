package shard

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/report"
)

// three are the bundles of a run, after a change.
func three(change func(b []*Bundle)) []*Bundle {
	all := []*Bundle{bundleOf(1, 3), bundleOf(2, 3), bundleOf(3, 3)}
	change(all)
	return all
}

func TestMerge(t *testing.T) {
	t.Parallel()
	stop := func(b *Bundle, why string) {
		b.Stopped, b.Entries, b.Report.Incomplete, b.Report.Totals = true, nil, why, report.Totals{}
	}
	for name, test := range map[string]struct {
		bundles    []*Bundle
		broken     map[int]error
		incomplete string
		states     string
		stopped    bool
	}{
		"whole": {three(func([]*Bundle) {}), nil, "", "changed changed changed", false},
		"all doubt": {three(func(b []*Bundle) {
			b[0].Report.Incomplete, b[1].Report.Incomplete, b[2].Report.Incomplete = "x", "x", "x"
		}), nil, "x", "changed changed changed", false},
		"one doubts":     {three(func(b []*Bundle) { b[1].Report.Incomplete = "the run was stopped" }), nil, "Shard 2 of 3: the run was stopped", "changed changed changed", false},
		"one is missing": {three(func([]*Bundle) {})[:2], nil, "Shard 3 of 3 left no bundle. Not rendered: argocd/app-003.", "changed changed failed", false},
		"one is broken":  {three(func([]*Bundle) {})[:2], map[int]error{3: errors.New("cut")}, "Shard 3 of 3 left no bundle that can be used: cut. Not rendered: argocd/app-003.", "changed changed failed", false},
		"one stopped":    {three(func(b []*Bundle) { stop(b[0], "no base") }), nil, "Shard 1 of 3 rendered nothing: no base. Not rendered: argocd/app-001.", "failed changed changed", false},
		"all stopped": {three(func(b []*Bundle) {
			for _, one := range b {
				stop(one, "no base")
			}
		}), nil, "no base", "", true},
		"all stopped in their ways": {three(func(b []*Bundle) { stop(b[0], "x"); stop(b[1], "x"); stop(b[2], "y") }), nil, "Shard 1 of 3: x\nShard 2 of 3: x\nShard 3 of 3: y", "", true},
		"stopped and missing":       {three(func(b []*Bundle) { stop(b[0], "x"); stop(b[1], "x") })[:2], nil, "x\nShard 3 of 3 left no bundle.", "", true},
	} {
		m, err := Merge(test.bundles, test.broken)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var states []string
		for _, p := range m.Parts {
			states = append(states, string(p.Application.State))
		}
		if diff := cmp.Diff([]any{test.incomplete, test.states, test.stopped}, []any{m.Run.Incomplete, strings.Join(states, " "), m.Stopped}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if name == "whole" && !slices.Equal(m.Run.Notes, []string{"tool 1", "tool 2", "tool 3"}) {
			t.Errorf("notes: %v", m.Run.Notes)
		}
	}
}

// TestMergeRefuses: what isn't of one run makes no report.
func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bundles []*Bundle
		want    string
	}{
		"none":           {nil, "found none"},
		"a double":       {append(three(func([]*Bundle) {}), bundleOf(2, 3)), "expected one bundle of shard 2 of 3, found two"},
		"another number": {[]*Bundle{bundleOf(1, 3), bundleOf(2, 4)}, "number of shards"},
		"a version":      {three(func(b []*Bundle) { b[2].Version = "v2" }), `version of argoplan, found "v1" in shard 1 of 3 and "v2" in shard 3 of 3`},
		"inputs":         {three(func(b []*Bundle) { b[1].Inputs = "other" }), "digest of the inputs"},
		"a run":          {three(func(b []*Bundle) { b[1].Run = 41 }), "workflow run"},
		"a repository":   {three(func(b []*Bundle) { b[1].Report.Repository = "octo/other" }), "repository"},
		"base":           {three(func(b []*Bundle) { b[1].Report.Base.SHA = strings.Repeat("a", 40) }), "the same base"},
		"head":           {three(func(b []*Bundle) { b[1].Report.Head.Name = "#8" }), "the same head"},
		"Applications":   {three(func(b []*Bundle) { b[1].Entries = b[1].Entries[:2] }), "did not find the same Applications"},
		"an assignment":  {three(func(b []*Bundle) { b[1].Entries[2].Shard = 1 }), "did not find the same Applications"},
		"found":          {three(func(b []*Bundle) { b[1].Report.Totals.Found = 8 }), "did not find the same Applications"},
	} {
		if m, err := Merge(test.bundles, nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, %v, want %q", name, m, err, test.want)
		}
	}
}

// TestMergeWarnings: a warning is told once, with the text that hides more, and
// one of a single shard isn't lost.
func TestMergeWarnings(t *testing.T) {
	t.Parallel()
	m, err := Merge(three(func(b []*Bundle) {
		for i, texts := range [][]string{{"can't read a", "z"}, {"can't read <masked>", "z"}, {"can't read a", "this runner is old", "z"}} {
			for _, text := range texts {
				b[i].Report.Warnings = append(b[i].Report.Warnings, report.Warning{Message: text})
			}
		}
	}), nil)
	want := []report.Warning{{Message: "can't read <masked>"}, {Message: "z"}, {Message: "this runner is old"}}
	if diff := cmp.Diff(want, m.Run.Warnings); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
