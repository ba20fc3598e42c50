package action

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// depth bounds how far Applications are followed from one to the next. Argo CD
// has no bound; nobody nests this far on purpose.
const depth = 20

// family finds the Applications that other Applications render, at one side.
type family struct {
	d     *comparison
	k     *kitchen
	index int // 0 is base, 1 is head
	// mentions finds the files that may hold Applications in what is read.
	mentions affected.Reader
	known    map[argocd.ID]*argocd.Application
	lost     map[argocd.ID]error // parents that did not render
	warning  []report.Warning
}

// follow adds the Applications of one side that others render. Only those are
// rendered for it that can hold any: see mayHold.
func (d *comparison) follow(ctx context.Context, k *kitchen, index int) []report.Warning {
	f := &family{
		d: d, k: k, index: index,
		mentions: affected.NewReader(
			affected.Query{Changed: d.files[index].Mentions(), Repository: d.repository()},
			affected.Side{Tree: []string{d.trees.base, d.trees.head}[index]}),
		known: map[argocd.ID]*argocd.Application{}, lost: k.lost[index],
	}
	f.grow(ctx, d.found[index].Applications)
	d.found[index].Applications = f.all(d.in.controlPlane)
	if index == 0 {
		return nil // what base warns of is not the pull request's
	}
	return f.warning
}

// grow renders one generation after the other.
func (f *family) grow(ctx context.Context, generation []argocd.Application) {
	for level := 0; len(generation) > 0; level++ {
		for i := range generation {
			a := &generation[i]
			f.known[a.ID(f.d.in.controlPlane)] = a
		}
		parents := slices.DeleteFunc(slices.Clone(generation), func(a argocd.Application) bool { return !f.mayHold(&a) })
		if level == depth {
			f.warn(&generation[0], fmt.Errorf("Applications render Applications more than %d levels deep; the rest is not followed", depth))
			return
		}
		var next []argocd.Application
		for i, r := range f.k.memoAll(ctx, parents, f.index) {
			if r.Err != nil {
				f.lost[parents[i].ID(f.d.in.controlPlane)] = r.Err
			}
			next = append(next, f.children(&parents[i], r)...)
		}
		generation = next
	}
}

// mayHold says whether an Application's render can hold Applications, so that
// it is worth rendering before anybody knows whether it is affected: it reads a
// file that mentions them, or its own document does; and a chart from elsewhere
// may if it deploys to the control plane's namespace, where Applications live.
func (f *family) mayHold(a *argocd.Application) bool {
	if a.Invalid != nil {
		return false
	}
	spec, err := json.Marshal(a.Definition["spec"])
	if err == nil && bytes.Contains(spec, []byte("argoproj.io")) {
		return true
	}
	sources, _ := a.EffectiveSources()
	for _, s := range sources {
		if a.Spec.Destination.Namespace == f.d.in.controlPlane && (s.Chart != "" || !f.d.repository().Is(s.RepoURL)) {
			return true
		}
	}
	return f.mentions.Reads(a)
}

// children are the Applications in one render that nobody knew. A document of
// the repository that is rendered too keeps its place and takes the rendered
// definition, which is the one that reaches the cluster.
func (f *family) children(parent *argocd.Application, r *rendered) (fresh []argocd.Application) {
	id := parent.ID(f.d.in.controlPlane)
	for _, object := range r.objects {
		child, ok, err := argocd.FromObject(object.Object)
		if err != nil {
			f.warn(parent, fmt.Errorf("in the render of %s: %w", id, err))
		}
		if !ok || err != nil {
			continue
		}
		child.File, child.Line = parent.File, parent.Line
		child.Parents = append(slices.Clone(parent.Parents), id)
		childID := child.ID(f.d.in.controlPlane)
		known := f.known[childID]
		switch {
		case known == nil:
			fresh = append(fresh, child)
		case len(known.Parents) == 0 && childID != id && !slices.Contains(parent.Parents, childID):
			child.File, child.Line = known.File, known.Line
			*known = child
		}
	}
	return fresh
}

func (f *family) warn(a *argocd.Application, err error) {
	f.warning = append(f.warning, report.Warning{Side: report.Head, File: a.File, Line: a.Line, Message: err.Error()})
}

// all gives the family sorted by ID, without pointers to share.
func (f *family) all(controlPlane string) []argocd.Application {
	list := make([]argocd.Application, 0, len(f.known))
	for _, a := range f.known {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b argocd.Application) int { return a.ID(controlPlane).Compare(b.ID(controlPlane)) })
	return list
}

// orphaned says that a side's lack of an Application means nothing, because a
// parent that has it on the other side did not render: it is neither added nor
// deleted, but unknown.
func (k *kitchen) orphaned(other *argocd.Application, index int) error {
	if cause := k.lost[index][other.ID(k.cook.inputs.controlPlane)]; other.Set != "" && cause != nil {
		return cause
	}
	for _, parent := range other.Parents {
		if cause := k.lost[index][parent]; cause != nil {
			return fault.WithHint(fmt.Errorf("unknown whether it exists: %s, which renders it, did not render", parent),
				"mend %s first; see its error", parent)
		}
	}
	return nil
}
