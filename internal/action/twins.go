package action

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/render"
)

// twins are the sources of one Application; those are nil that the two sides may
// render differently.
type twins []*twin

// twin is a source whose inputs are the same on both sides: the side that comes
// first renders it for both.
type twin struct {
	taken atomic.Bool
	done  chan struct{} // closed behind the first render
	out   render.Output
	holds bool // out may be shared
}

// newTwins makes one for each source.
func newTwins(n int) twins {
	t := make(twins, n)
	for i := range t {
		t[i] = &twin{done: make(chan struct{})}
	}
	return t
}

// at gives one of them, nil if there is none.
func (t twins) at(index int) *twin {
	if index < len(t) {
		return t[index]
	}
	return nil
}

// render gives what do gives, of which the caller may change the objects'
// metadata. Of two callers one may get what the other rendered. A failure is not
// shared: its place in a file is found anew.
func (t *twin) render(ctx context.Context, do func() (render.Output, error)) (out render.Output, shared bool, err error) {
	if t == nil {
		out, err = do()
		return out, false, err
	}
	if !t.taken.Swap(true) {
		defer close(t.done)
		if out, err = do(); err == nil && lasts(out) {
			t.out, t.holds = out, true
			out.Objects = withOwnMetadata(out.Objects)
		}
		return out, false, err
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return render.Output{}, false, context.Cause(ctx)
	}
	if !t.holds {
		out, err = do()
		return out, false, err
	}
	out = t.out
	out.Objects = withOwnMetadata(out.Objects)
	return out, true, nil
}

// lasts says whether another render of the same files gives the same. A remote
// base may lead back to this repository, and so to each side's own tree.
func lasts(out render.Output) bool {
	return !out.Volatile && (out.Type != render.Kustomize || !out.Fetched)
}

// withOwnMetadata copies objects as far as manifest.Place writes to them.
func withOwnMetadata(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	copies := make([]*unstructured.Unstructured, len(objects))
	for i, object := range objects {
		fields := maps.Clone(object.Object)
		if metadata, ok := fields["metadata"].(map[string]any); ok {
			fields["metadata"] = maps.Clone(metadata)
		}
		copies[i] = &unstructured.Unstructured{Object: fields}
	}
	return copies
}

// alike finds the sources whose inputs are the same on both sides. It is not for
// several goroutines at once.
type alike struct {
	cook      *cook
	untouched affected.Untouched
	// never is true if the sides render by other settings, or lack files of which
	// nobody knows whether they differ.
	never bool
}

func (d *comparison) alike(c *cook) alike {
	return alike{
		cook:  c,
		never: len(d.settings[0].Changed(d.settings[1])) > 0 || len(d.trees.lacking()) > 0,
		untouched: affected.NewUntouched(affected.Query{
			Base: affected.Side{Tree: d.views[0]}, Head: affected.Side{Tree: d.views[1]},
			Changed: d.trees.changed, Repository: d.repository(), Plugins: d.plugins, ControlPlane: d.in.controlPlane,
		}),
	}
}

// twins leaves of given, one for each of base's sources, those that head renders
// to the same; nil makes them new.
func (a alike) twins(base, head *argocd.Application, given twins) twins {
	if a.never || base == nil || head == nil || base.Invalid != nil || head.Invalid != nil || !a.sameTerms(base, head) {
		return nil
	}
	before, wasMulti := base.EffectiveSources()
	after, multi := head.EffectiveSources()
	if wasMulti != multi || len(before) != len(after) || !reflect.DeepEqual(refsOf(before), refsOf(after)) || slices.ContainsFunc(after, a.cook.otherRevision) {
		return nil
	}
	if given == nil {
		given = newTwins(len(after))
	}
	kept := slices.Clone(given)
	for i := range after {
		if !reflect.DeepEqual(before[i], after[i]) || !a.untouched.Source(base, head, i) {
			kept[i] = nil
		}
	}
	return kept
}

// sameTerms compares what all sources of an Application are told.
func (a alike) sameTerms(base, head *argocd.Application) bool {
	controlPlane := a.cook.inputs.controlPlane
	return base.InstanceName(controlPlane) == head.InstanceName(controlPlane) &&
		base.Spec.Destination == head.Spec.Destination && base.Spec.Project == head.Spec.Project &&
		(base.Spec.SourceHydrator == nil) == (head.Spec.SourceHydrator == nil)
}

// otherRevision is true for a source in this repository that follows something
// else than the trees: whether it goes with the others depends on the side's
// commit.
func (c *cook) otherRevision(s argocd.Source) bool {
	return s.Chart == "" && c.repository.Is(s.RepoURL) && !c.repository.Follows(s.TargetRevision)
}

// refsOf are the sources that others refer to.
func refsOf(all []argocd.Source) []argocd.Source {
	return slices.DeleteFunc(slices.Clone(all), func(s argocd.Source) bool { return s.Ref == "" })
}
