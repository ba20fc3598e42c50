package action

import (
	"context"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/report"
)

// depth bounds how far Applications are followed from one to the next. Argo CD
// has no bound; nobody nests this far on purpose.
const depth = 20

// rounds bounds how often a side is gone through because its Applications
// render Secrets of clusters, which generators read.
const rounds = 3

// family finds the Applications that other Applications render, at one side,
// also by way of an ApplicationSet.
type family struct {
	d     *comparison
	k     *kitchen
	sets  *sets
	index int // 0 is base, 1 is head
	// mentions finds the files that may hold Applications in what is read.
	mentions affected.Reader
	written  map[argocd.ID]*argocd.Application // what stands in the tree
	known    map[argocd.ID]*argocd.Application
	parents  map[argocd.ID]argocd.ID // of what is rendered
	projects []argocd.Project
	clusters []argocd.ClusterSecret
	warning  []report.Warning
}

// populate finds all Applications of one side.
func (d *comparison) populate(ctx context.Context, k *kitchen, s *sets, index int) []report.Warning {
	written := d.found[index].Applications
	for round := 1; ; round++ {
		d.found[index].Applications = written
		d.found[index].Applications = slices.Concat(written, s.side(ctx, index))
		f := d.follow(ctx, k, s, index)
		if round < rounds && s.learn(index, f.clusters) {
			continue
		}
		d.found[index].Applications = f.all()
		d.projects[index] = withRendered(d.files[index].Projects(), f.projects)
		if index == 0 {
			return nil // what base warns of is not the pull request's
		}
		return f.warning
	}
}

// follow goes from the Applications of one side to those that they render. Only
// those are rendered for it that can hold any: see mayHold.
func (d *comparison) follow(ctx context.Context, k *kitchen, s *sets, index int) *family {
	f := &family{
		d: d, k: k, sets: s, index: index, written: map[argocd.ID]*argocd.Application{},
		mentions: affected.NewReader(
			affected.Query{
				Base: affected.Side{Tree: d.views[0]}, Head: affected.Side{Tree: d.views[1]},
				Changed: d.files[index].Mentions(), Repository: d.repository(), ControlPlane: d.in.controlPlane, Footprints: d.prints,
			}, index),
		known: map[argocd.ID]*argocd.Application{}, parents: map[argocd.ID]argocd.ID{},
	}
	k.lost[index], k.memo[index] = map[argocd.ID]error{}, map[argocd.ID]*rendered{}
	for i := range d.found[index].Applications {
		a := &d.found[index].Applications[i]
		f.written[f.id(a)], f.known[f.id(a)] = a, a
	}
	d.views[index].Prefetch(directories(d.found[index].Applications))
	f.grow(ctx, slices.Clone(d.found[index].Applications))
	return f
}

// directories are those that sources name, in whatever repository.
func directories(all []argocd.Application) (dirs []string) {
	for i := range all {
		sources, _ := all[i].EffectiveSources()
		for _, s := range sources {
			if s.Path != "" {
				dirs = append(dirs, path.Clean(s.Path))
			}
		}
	}
	return dirs
}

func (f *family) id(a *argocd.Application) argocd.ID { return a.ID(f.d.in.controlPlane) }

// grow renders one generation after the other.
func (f *family) grow(ctx context.Context, generation []argocd.Application) {
	for level := 0; len(generation) > 0; level++ {
		parents := slices.DeleteFunc(generation, func(a argocd.Application) bool { return !f.mayHold(&a) })
		if level == depth && len(parents) > 0 {
			f.warn(&parents[0], fmt.Errorf("Applications render Applications more than %d levels deep; the rest is not followed", depth))
			return
		}
		var next []argocd.Application
		for i, r := range f.k.memoAll(ctx, parents, f.index) {
			if r.Err != nil {
				f.k.lost[f.index][f.id(&parents[i])] = r.Err
			}
			next = append(next, f.children(ctx, &parents[i], r)...)
		}
		generation = next
	}
}

// children are the Applications that one render brings and nobody knew, or
// knew differently.
func (f *family) children(ctx context.Context, parent *argocd.Application, r *rendered) (fresh []argocd.Application) {
	for _, object := range r.objects {
		found, err := argocd.FromRender(object.Object)
		if err != nil {
			f.warn(parent, fmt.Errorf("in the render of %s: %w", f.id(parent), err))
		}
		f.projects, f.clusters = append(f.projects, found.Projects...), append(f.clusters, found.Clusters...)
		made := found.Applications
		if found.Set != nil {
			made = f.generated(ctx, found.Set, parent)
		}
		for i := range made {
			if f.adopt(&made[i], parent) {
				fresh = append(fresh, made[i])
			}
		}
	}
	return fresh
}

// generated are the Applications of an ApplicationSet that parent renders. Those
// that only its document in the tree would make are dropped. One that renders its own
// ApplicationSet keeps it.
func (f *family) generated(ctx context.Context, object map[string]any, parent *argocd.Application) []argocd.Application {
	for _, id := range append(f.path(f.id(parent)), f.id(parent)) {
		if a := f.known[id]; a != nil && a.Set != "" && f.sets.isSet(object, a) {
			return nil
		}
	}
	set := f.sets.render(ctx, f.index, object, parent)
	if set == nil {
		return nil
	}
	makes := map[argocd.ID]bool{}
	for i := range set.Applications {
		makes[f.id(&set.Applications[i])] = true
	}
	for id, a := range f.known {
		if a.Set != "" && f.sets.isSet(object, a) && !makes[id] {
			f.drop(id)
			delete(f.known, id)
		}
	}
	return slices.Clone(set.Applications)
}

// adopt notes whose render brings an Application. A document of the repository
// that is rendered too keeps its place and takes the rendered definition, which is
// the one that reaches the cluster. It says whether to go on from child: it is new,
// or not what was known.
func (f *family) adopt(child, parent *argocd.Application) bool {
	id, childID := f.id(parent), f.id(child)
	known := f.known[childID]
	_, rendered := f.parents[childID]
	if known != nil && (rendered || childID == id || slices.Contains(f.path(id), childID)) {
		return false
	}
	if known != nil && child.Set != "" && known.Set == "" {
		f.sets.known[f.index][f.sets.id(child.Namespace, child.Set)].double(*child, known)
		return false
	}
	f.parents[childID] = id
	child.File, child.Line = parent.File, parent.Line
	same := false
	if known != nil {
		child.File, child.Line = known.File, known.Line
		if same = reflect.DeepEqual(known.Spec, child.Spec); !same {
			f.drop(childID)
		}
	}
	kept := *child
	f.known[childID] = &kept
	return !same
}

// drop forgets what was rendered of an Application, and what came of it.
func (f *family) drop(id argocd.ID) {
	delete(f.k.memo[f.index], id)
	delete(f.k.lost[f.index], id)
	for child, parent := range f.parents {
		if parent != id {
			continue
		}
		delete(f.parents, child)
		f.drop(child)
		if f.known[child] = f.written[child]; f.known[child] == nil {
			delete(f.known, child)
		}
	}
}

// path gives the Applications above one, from the root down.
func (f *family) path(id argocd.ID) (path []argocd.ID) {
	for {
		parent, ok := f.parents[id]
		if !ok || len(path) > depth {
			slices.Reverse(path)
			return path
		}
		path, id = append(path, parent), parent
	}
}

func (f *family) warn(a *argocd.Application, err error) {
	f.warning = append(f.warning, report.Warning{Side: report.Head, File: a.File, Line: a.Line, Message: err.Error()})
}

// all gives the family sorted by ID, without pointers to share.
func (f *family) all() []argocd.Application {
	list := make([]argocd.Application, 0, len(f.known))
	for _, id := range slices.SortedFunc(maps.Keys(f.known), argocd.ID.Compare) {
		a := *f.known[id]
		a.Parents = f.path(id)
		list = append(list, a)
	}
	return list
}
