package action

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/report"
)

// manifests are one Application's renders, masked and printed.
type manifests struct {
	id         argocd.ID
	base, head []byte // nil where it doesn't exist or didn't render
}

// kitchen renders and compares the selected Applications, several at once.
type kitchen struct {
	cook     *cook
	comparer *compare.Comparer
	base     side
	head     side
	log      *logger
	slots    chan struct{} // one for each render that may run
	done     atomic.Int64
	// memo holds what was rendered to find Applications, and lost the parents
	// that did not render, for base and head. Both are complete before
	// renderAll begins.
	memo [2]map[argocd.ID]*rendered
	lost [2]map[argocd.ID]error
}

// cooked is one Application, rendered at both sides.
type cooked struct {
	base, head *rendered // nil where it doesn't exist
	took       time.Duration
}

// renderAll gives one outcome per selected Application, in their order: each
// goroutine owns one element of the results, so what is printed never depends
// on which render ends first. All are rendered before the first is compared, for
// what is secret in one may reappear in any other.
func (k *kitchen) renderAll(ctx context.Context, selected []affected.Selected) ([]report.Outcome, []manifests) {
	pairs := make([]cooked, len(selected))
	var all sync.WaitGroup
	for i, s := range selected {
		all.Go(func() {
			start := time.Now()
			pairs[i].base, pairs[i].head = k.both(ctx, s)
			k.adopt(s, &pairs[i].base, &pairs[i].head)
			pairs[i].took = time.Since(start)
			k.log.progress(int(k.done.Add(1)), len(selected), s.ID.String())
		})
	}
	all.Wait()
	for _, p := range pairs {
		learnRenders(k.log.secrets, k.comparer, p.base.all(), p.head.all())
	}
	return k.compareAll(ctx, selected, pairs)
}

func (k *kitchen) compareAll(ctx context.Context, selected []affected.Selected, pairs []cooked) ([]report.Outcome, []manifests) {
	outcomes := make([]report.Outcome, len(selected))
	texts := make([]manifests, len(selected))
	var all sync.WaitGroup
	// As many Applications at once as renders: what others compare would only
	// wait in memory for their base's second render.
	turns := make(chan struct{}, cap(k.slots))
	for i, s := range selected {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			start := time.Now()
			outcomes[i], texts[i] = k.one(ctx, s, pairs[i])
			k.report(outcomes[i], pairs[i].took+time.Since(start))
		})
	}
	all.Wait()
	return outcomes, texts
}

// all gives the objects of a side, none if it isn't there.
func (r *rendered) all() []*unstructured.Unstructured {
	if r == nil {
		return nil
	}
	return r.objects
}

// one compares both sides of an Application.
func (k *kitchen) one(ctx context.Context, s affected.Selected, p cooked) (report.Outcome, manifests) {
	o := report.Outcome{Selected: s}
	if p.base != nil {
		o.Base = new(p.base.Render)
	}
	if p.head != nil {
		o.Head = new(p.head.Render)
	}
	result, err := k.compare(p.base.all(), p.head.all())
	if err != nil {
		o.Blame(err)
		return o, manifests{id: s.ID}
	}
	o.Comparison = result
	if p.base != nil && p.base.volatile {
		o.Comparison = k.settle(ctx, s, &o, result, p.base.all(), p.head.all())
	}
	return o, manifests{id: s.ID, base: k.printed(p.base, result.Base), head: k.printed(p.head, result.Head)}
}

// both renders base and head side by side.
func (k *kitchen) both(ctx context.Context, s affected.Selected) (base, head *rendered) {
	var pair sync.WaitGroup
	pair.Go(func() { base = k.side(ctx, s.Base, 0) })
	pair.Go(func() { head = k.side(ctx, s.Head, 1) })
	pair.Wait()
	return base, head
}

// adopt replaces a side that lacks the Application by a failure if its parent
// did not render there.
func (k *kitchen) adopt(s affected.Selected, base, head **rendered) {
	missing := func(there *rendered, other *argocd.Application, index int) *rendered {
		if there != nil || other == nil {
			return there
		}
		if err := k.orphaned(other, index); err != nil {
			return &rendered{Render: report.Render{Err: err, FailedSource: -1}}
		}
		return nil
	}
	*base, *head = missing(*base, s.Head, 0), missing(*head, s.Base, 1)
}

// side renders one side when a slot is free; nil if the Application isn't
// there.
func (k *kitchen) side(ctx context.Context, a *argocd.Application, index int) *rendered {
	if a == nil {
		return nil
	}
	if r := k.memo[index][a.ID(k.cook.inputs.controlPlane)]; r != nil {
		return r
	}
	return k.fresh(ctx, a, index)
}

// fresh renders one side when a slot is free, whatever was rendered before.
func (k *kitchen) fresh(ctx context.Context, a *argocd.Application, index int) *rendered {
	k.slots <- struct{}{}
	defer func() { <-k.slots }()
	if ctx.Err() != nil {
		return &rendered{Render: report.Render{Err: context.Cause(ctx), FailedSource: -1}}
	}
	out := k.cook.application(ctx, a, [2]side{k.base, k.head}[index])
	return &out
}

// memoAll renders Applications, several at once, and keeps the results.
func (k *kitchen) memoAll(ctx context.Context, all []argocd.Application, index int) []*rendered {
	results := make([]*rendered, len(all))
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() { results[i] = k.side(ctx, &all[i], index) })
	}
	group.Wait()
	if k.memo[index] == nil {
		k.memo[index] = map[argocd.ID]*rendered{}
	}
	for i := range all {
		k.memo[index][all[i].ID(k.cook.inputs.controlPlane)] = results[i]
	}
	return results
}

// settle renders a changed Application's base once more: what then differs
// from itself is made up on each render, and no change. The first result stands
// if base can't be rendered a second time.
func (k *kitchen) settle(ctx context.Context, s affected.Selected, o *report.Outcome, first compare.Result, base, head []*unstructured.Unstructured) compare.Result {
	if len(first.Changes) == 0 || s.Base == nil || s.Head == nil || o.Base == nil || o.Base.Err != nil || o.Head.Err != nil {
		return first
	}
	again := k.fresh(ctx, s.Base, 0)
	if again.Err != nil {
		o.Base.Warnings = append(slices.Clone(o.Base.Warnings),
			fmt.Sprintf("a second render failed, so what changes on every render is not told apart: %v", again.Err))
		return first
	}
	settled, err := k.guard(func() (compare.Result, error) { return k.comparer.Settle(base, again.objects, head) })
	if err != nil {
		o.Blame(err)
		return first
	}
	return settled
}

// compare guards against a panic in a library, as application does.
func (k *kitchen) compare(base, head []*unstructured.Unstructured) (compare.Result, error) {
	return k.guard(func() (compare.Result, error) { return k.comparer.Compare(base, head) })
}

func (k *kitchen) guard(do func() (compare.Result, error)) (result compare.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("comparing stopped unexpectedly: %v", p)
		}
	}()
	return do()
}

// printed gives the masked manifests of a side that rendered.
func (k *kitchen) printed(r *rendered, masked []*unstructured.Unstructured) []byte {
	if r == nil || r.Err != nil {
		return nil
	}
	return []byte(k.log.secrets.Text(string(manifest.YAML(masked))))
}

// report logs how one Application ended, as a group of its own.
func (k *kitchen) report(o report.Outcome, took time.Duration) {
	a := report.New(report.Run{}, []report.Outcome{o}).Applications[0]
	k.log.group(fmt.Sprintf("%s %s: %s", a.State, o.Selected.ID, summary(a)), took, details(a))
	for _, f := range a.Failures {
		say := k.log.fail
		if f.Side == report.Base {
			say = k.log.warn // what is broken already fails nothing
		}
		say(f.File, f.Line, fmt.Sprintf("Application %s, %s, %s: %s", o.Selected.ID, f.Side, orDefault(f.Source, "definition"), f.Message))
	}
}

// slots is how many renders may run at once.
func slots(parallel int) int {
	if parallel > 0 {
		return parallel
	}
	return runtime.GOMAXPROCS(0)
}

// notes names the tools that rendered, each once, sorted, and what was stood in
// for.
func notes(outcomes []report.Outcome, in inputs) []string {
	list := []string{"Kubernetes " + in.kubeVersion}
	for _, name := range in.standIns.Names() {
		list = append(list, "stand-in for "+name)
	}
	for _, o := range outcomes {
		for _, r := range []*report.Render{o.Base, o.Head} {
			if r == nil {
				continue
			}
			for _, s := range r.Sources {
				if s.Tool != "" {
					list = append(list, s.Tool)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
