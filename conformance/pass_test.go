package conformance

import (
	"sync"
	"testing"
	"time"
)

// pass is one run through the cases, with one Helm.
type pass struct {
	*harness
	helm string // major version
	// oracles are two, so that what a second render gives owes nothing to what
	// the first left in its checkout.
	oracles  []*Oracle
	sockets  sync.RWMutex
	argoplan *Argoplan
}

// test holds one case's renders against each other.
func (p *pass) test(t *testing.T, c *Case) {
	start := time.Now()
	want := p.oracles[0].Render(t.Context(), c)
	took := time.Since(start)
	got := p.argoplan.Render(t.Context(), c)
	if testing.Verbose() {
		t.Logf("Argo CD %v, argoplan %v, %d objects", took, time.Since(start)-took, len(want.Objects))
	}
	if *verbose && want.Err != nil {
		t.Logf("Argo CD: %v\nargoplan: %v", want.Err, got.Err)
	}
	if want.Type == "Helm" && !c.Helm {
		t.Error("expected a case that Helm renders to say helm: true, so that both Helms do")
	}
	difference := Difference(want, got)
	if difference != "" && want.Err == nil && got.Err == nil {
		again := p.oracles[1].Render(t.Context(), c)
		hideRandom(want.Objects, again.Objects, got.Objects)
		difference = Difference(want, got)
	}
	p.judge(t, p.row(c, want), c.Name, difference, want.Err != nil)
}

// testSet holds one ApplicationSet's Applications against each other.
func (p *pass) testSet(t *testing.T, c *SetCase) {
	want := p.oracles[0].Expand(t.Context(), c)
	got := p.argoplan.Expand(t.Context(), c)
	if testing.Verbose() {
		t.Logf("%d Applications", len(want.Objects))
	}
	if *verbose && want.Err != nil {
		t.Logf("Argo CD: %v\nargoplan: %v", want.Err, got.Err)
	}
	r := row{fromOwn, "ApplicationSet", ""}
	if c.World.Upstream {
		r.origin = fromExamples
	}
	p.judge(t, r, c.Name, Difference(want, got), want.Err != nil)
}

// row says where in the table a case counts.
func (p *pass) row(c *Case, want Result) row {
	r := row{fromOwn, want.Type, p.helm}
	if c.World.Upstream {
		r.origin = fromTestData
	}
	if r.kind == "" {
		r.kind = "none (fails, or only referred to)"
	}
	return r
}

// judge counts a case and fails the test on a difference that isn't known.
func (h *harness) judge(t *testing.T, r row, name, difference string, failing bool) {
	t.Helper()
	k := find(h.known, name)
	h.table.add(r, difference, failing, k)
	switch {
	case difference != "" && k == nil:
		t.Error(difference)
	case difference != "":
		t.Logf("known: %s (%s)\n%s", k.Reason, k.Link, difference)
	case k != nil:
		t.Errorf("known.yaml lists a difference that is gone: %s", k.Reason)
	}
}
