package action

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	"github.com/argoplan/argoplan/internal/redact"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/watch"
)

// kitchen renders and compares the selected Applications, several at once.
type kitchen struct {
	cook     *cook
	comparer *compare.Comparer
	base     side
	head     side
	log      *logger
	// spool is a directory that holds the masked manifests as the report
	// directory will.
	spool   string
	slots   chan struct{} // one for each render that may run
	done    atomic.Int64
	renders atomic.Int64 // Applications, one side each
	// surprises are renders that read a file which nothing said they read.
	surprises atomic.Int64
	journal   watch.Journal
	ended     []string      // what an earlier process of this run died of
	timeout   time.Duration // of one render, and of one comparison
	// memo holds what was rendered to find Applications, and lost the parents
	// that did not render, for base and head. Both are complete before
	// renderAll begins.
	memo [2]map[argocd.ID]*rendered
	lost [2]map[argocd.ID]error
	// alike finds what both sides render to the same, and parents are what was
	// rendered of base to find Applications, for head to share.
	alike   alike
	parents map[argocd.ID]parent
	// written gives the words of the changed lines; nil if that isn't known.
	written func() *compare.Written
	// unwritten says why a side's files can't be put on disk.
	unwritten [2]error
	// run is what of it judging reads; complete before renderAll begins.
	run report.Run
	// learnt are the secrets of each Application, and tools are what rendered.
	learning sync.Mutex
	learnt   []*redact.Redactor
	tools    map[string]bool
}

// parent is an Application of base and its sources.
type parent struct {
	*argocd.Application
	sources twins
}

// renderAll gives one part of the report per selected Application, in their order: each
// goroutine owns one element of the results, so what is printed never depends
// on which render ends first. Each is compared as soon as it is rendered, for a
// large run's renders don't fit in memory together; what is secret in one and
// reappears in another is hidden where the report is written, and nothing of an
// Application is logged before all secrets are known.
func (k *kitchen) renderAll(ctx context.Context, selected []affected.Selected) []report.Part {
	parts, took := make([]report.Part, len(selected)), make([]time.Duration, len(selected))
	var all sync.WaitGroup
	// As many Applications at once as renders: the others' first sides would
	// only wait in memory for their second.
	turns := make(chan struct{}, cap(k.slots))
	for index, apps := range bothSides(selected) {
		k.stock(ctx, index, apps)
	}
	for i, s := range selected {
		turns <- struct{}{}
		both := k.alike.twins(s.Base, s.Head, nil)
		all.Go(func() {
			defer func() { <-turns }()
			start := time.Now()
			end := k.journal.During(s.ID.String())
			o := k.one(ctx, s, both)
			parts[i] = k.judge(o)
			took[i] = time.Since(start)
			end(gaveUp(o))
			k.log.progress(int(k.done.Add(1)), len(selected), s.ID.String())
		})
	}
	all.Wait()
	for _, secrets := range k.learnt {
		secrets.TeachTo(k.log.secrets)
	}
	for i, p := range parts {
		k.report(p.Application, took[i])
	}
	return parts
}

// judge makes plain data of an outcome, which keeps nothing else of it in memory.
func (k *kitchen) judge(o report.Outcome) report.Part {
	k.learning.Lock()
	for _, r := range []*report.Render{o.Base, o.Head} {
		if r == nil {
			continue
		}
		for _, s := range r.Sources {
			k.tools[s.Tool] = true
		}
	}
	k.learning.Unlock()
	return report.NewPart(k.run, o)
}

// one renders both sides of an Application and compares them.
func (k *kitchen) one(ctx context.Context, s affected.Selected, both twins) report.Outcome {
	parser := &manifest.Parser{}
	base, head := k.both(ctx, s, both, parser)
	k.adopt(s, &base, &head)
	o := report.Outcome{Selected: s}
	if base != nil {
		o.Base = new(base.Render)
	}
	if head != nil {
		o.Head = new(head.Render)
	}
	secrets := k.learn(base.all(), head.all())
	defer secrets.Rest()
	c := k.comparer.Hiding(secrets.Text)
	result, err := k.guard(func() (compare.Result, error) { return c.Compare(base.all(), head.all()) })
	if err != nil {
		o.Blame(err)
		return o
	}
	o.Comparison = result
	if base != nil && base.volatile {
		o.Comparison = k.settle(ctx, s, &o, both, parser, c, result, base.all(), head.all())
	}
	if err := k.write(s.ID, base, head, result); err != nil {
		o.Blame(err)
	}
	return o
}

// learn gives what hides the secrets of the inputs and of these renders, and
// keeps it for the others.
func (k *kitchen) learn(base, head []*unstructured.Unstructured) *redact.Redactor {
	own := k.log.secrets.Child()
	learnRenders(own, k.comparer, base, head)
	k.learning.Lock()
	defer k.learning.Unlock()
	k.learnt = append(k.learnt, own)
	return own
}

// all gives the objects of a side, none if it isn't there.
func (r *rendered) all() []*unstructured.Unstructured {
	if r == nil {
		return nil
	}
	return r.objects
}

// both renders base and head side by side.
func (k *kitchen) both(ctx context.Context, s affected.Selected, both twins, parser *manifest.Parser) (base, head *rendered) {
	var pair sync.WaitGroup
	pair.Go(func() { base = k.side(ctx, s.Base, 0, both, parser) })
	pair.Go(func() { head = k.side(ctx, s.Head, 1, both, parser) })
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
func (k *kitchen) side(ctx context.Context, a *argocd.Application, index int, both twins, parser *manifest.Parser) *rendered {
	if a == nil {
		return nil
	}
	if r := k.memo[index][a.ID(k.cook.inputs.controlPlane)]; r != nil {
		return r
	}
	return k.fresh(ctx, a, index, both, parser)
}

// fresh renders one side when a slot is free, whatever was rendered before.
func (k *kitchen) fresh(ctx context.Context, a *argocd.Application, index int, both twins, parser *manifest.Parser) *rendered {
	k.slots <- struct{}{}
	defer func() { <-k.slots }()
	if ctx.Err() != nil {
		return &rendered{Render: report.Render{Err: context.Cause(ctx), FailedSource: -1}}
	}
	id := a.ID(k.cook.inputs.controlPlane)
	if slices.Contains(k.ended, id.String()) {
		return &rendered{Render: report.Render{Err: errEnded, FailedSource: -1}}
	}
	k.renders.Add(1)
	end := k.journal.During(id.String())
	out := k.attempt(ctx, a, index, both, parser)
	if out.Err != nil && !errors.Is(out.Err, errSlow) && !out.byPlugin() && k.complete(ctx, index) {
		if out = k.attempt(ctx, a, index, both, parser); out.Err == nil {
			k.surprises.Add(1)
		}
	}
	end(errors.Is(out.Err, errSlow))
	return out
}

// attempt renders one side once, in time.
func (k *kitchen) attempt(ctx context.Context, a *argocd.Application, index int, both twins, parser *manifest.Parser) *rendered {
	if k.unwritten[index] != nil {
		return &rendered{Render: report.Render{Err: k.unwritten[index], FailedSource: -1}}
	}
	out, err := inTime(ctx, k.timeout, "rendering", func(ctx context.Context) rendered {
		return k.cook.application(ctx, a, k.at(index), both, parser)
	})
	if err != nil {
		out = rendered{Render: report.Render{Err: err, FailedSource: -1}}
	}
	return &out
}

// memoAll renders Applications, several at once, and keeps the results.
func (k *kitchen) memoAll(ctx context.Context, all []argocd.Application, index int) []*rendered {
	results := make([]*rendered, len(all))
	var apps []*argocd.Application
	for i := range all {
		apps = append(apps, &all[i])
	}
	k.stock(ctx, index, apps)
	var group sync.WaitGroup
	for i := range all {
		both := k.family(&all[i], index)
		group.Go(func() { results[i] = k.side(ctx, &all[i], index, both, nil) })
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

// family gives the sources of a parent that base may have rendered for head.
func (k *kitchen) family(a *argocd.Application, index int) twins {
	id := a.ID(k.cook.inputs.controlPlane)
	if base := k.parents[id]; index == 1 {
		return k.alike.twins(base.Application, a, base.sources)
	}
	sources, _ := a.EffectiveSources()
	p := parent{a, newTwins(len(sources))}
	k.parents[id] = p
	return p.sources
}

// settle renders a changed Application's base once more: what then differs
// from itself is made up on each render, and no change. The first result stands
// if base can't be rendered a second time, and if the pull request wrote all that
// differs: then nothing of it is made up.
func (k *kitchen) settle(ctx context.Context, s affected.Selected, o *report.Outcome, both twins, parser *manifest.Parser, c *compare.Comparer, first compare.Result, base, head []*unstructured.Unstructured) compare.Result {
	if len(first.Changes) == 0 || s.Base == nil || s.Head == nil || o.Base == nil || o.Base.Err != nil || o.Head.Err != nil || k.written().Explain(first) {
		return first
	}
	again := k.fresh(ctx, s.Base, 0, both, parser)
	if again.Err != nil {
		o.Base.Warnings = append(slices.Clone(o.Base.Warnings),
			fmt.Sprintf("a second render failed, so what changes on every render is not told apart: %v", again.Err))
		return first
	}
	settled, err := k.guard(func() (compare.Result, error) { return c.Settle(base, again.objects, head) })
	if err != nil {
		o.Blame(err)
		return first
	}
	return settled
}

// guard turns a panic in a library into an error, as application does, and ends
// when its time is over.
func (k *kitchen) guard(do func() (compare.Result, error)) (compare.Result, error) {
	type answer struct {
		result compare.Result
		err    error
	}
	a, err := inTime(context.Background(), k.timeout, "comparing", func(context.Context) (a answer) {
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("comparing stopped unexpectedly: %v", p)
			}
		}()
		a.result, a.err = do()
		return a
	})
	return a.result, errors.Join(err, a.err)
}

// write spools the masked manifests of the sides that rendered: a large run's
// don't fit in memory together.
func (k *kitchen) write(id argocd.ID, base, head *rendered, c compare.Result) error {
	printer := manifest.NewPrinter(c.Base, c.Head)
	for _, s := range []struct {
		side     report.Side
		rendered *rendered
		masked   []*unstructured.Unstructured
	}{{report.Base, base, c.Base}, {report.Head, head, c.Head}} {
		if s.rendered == nil || s.rendered.Err != nil {
			continue
		}
		path := filepath.Join(k.spool, filepath.FromSlash(report.ManifestPath(s.side, id.Namespace, id.Name)))
		if err := writeYAML(path, printer, s.masked); err != nil {
			return fmt.Errorf("keeping the manifests: %w", err)
		}
	}
	return nil
}

func writeYAML(path string, printer *manifest.Printer, objects []*unstructured.Unstructured) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 64<<10)
	err = printer.YAML(w, objects)
	return errors.Join(err, w.Flush(), file.Close())
}

// report logs how one Application ended, as a group of its own.
func (k *kitchen) report(a report.Application, took time.Duration) {
	id := argocd.ID{Namespace: a.Namespace, Name: a.Name}
	k.log.group(fmt.Sprintf("%s %s: %s", a.State, id, summary(a)), took, details(a))
	if k.cook.inputs.shard.Whole() { // else the job that merges says it
		k.log.announce(a)
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
func (k *kitchen) notes() []string {
	in := k.cook.inputs
	list := []string{"Kubernetes " + in.kubeVersion}
	for _, name := range in.standIns.Names() {
		list = append(list, "stand-in for "+name)
	}
	for tool := range k.tools {
		if tool != "" {
			list = append(list, tool)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
