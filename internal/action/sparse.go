package action

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"sync"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/tree"
)

// sparse makes both trees ready to be read from the repository's objects. Writing
// a large repository to disk twice takes longer than all else, and most pull
// requests touch little of it. The trees are zero if they must be written as a
// whole.
func (d *comparison) sparse(ctx context.Context, clone *checkout.Git) (base, head checkout.Tree, err error) {
	if !d.piecemeal {
		return base, head, nil
	}
	if d.store, err = clone.Store(ctx, d.scratch); err != nil {
		return base, head, err
	}
	var pieces [2]*checkout.Sparse
	var trees [2]checkout.Tree
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() {
		pieces[0], trees[0], errs[0] = d.store.Sparse(ctx, d.plan.base.SHA, filepath.Join(d.scratch, "base"))
	})
	both.Go(func() { pieces[1], trees[1], errs[1] = d.sparseHead(ctx) })
	both.Wait()
	if err = cmp.Or(errs[0], errs[1]); err != nil || pieces[0] == nil || pieces[1] == nil {
		return base, head, err
	}
	d.trees.sparse, d.trees.files = pieces, [2]tree.FS{pieces[0], pieces[1]}
	return trees[0], trees[1], nil
}

// sparseHead makes one tree ready, that of head or the working tree; nil if it must
// be written as a whole.
func (d *comparison) sparseHead(ctx context.Context) (*checkout.Sparse, checkout.Tree, error) {
	dir := filepath.Join(d.scratch, "head")
	if d.plan.workingTree {
		return d.store.WorkingTree(ctx, dir)
	}
	return d.store.Sparse(ctx, d.plan.head.SHA, dir)
}

// need gives what puts on disk what the renders of Applications can read. It is
// not for several goroutines at once.
func (d *comparison) need(index int) func(context.Context, ...*argocd.Application) error {
	return func(ctx context.Context, all ...*argocd.Application) error {
		pieces := d.trees.sparse[index]
		if pieces == nil {
			return nil
		}
		side := affected.Side{Tree: d.views[index]}
		for _, a := range all {
			if a != nil {
				side.Applications = append(side.Applications, *a)
			}
		}
		_, err := pieces.Write(ctx, affected.PathsOf(affected.Query{
			Repository: d.repository(), Plugins: d.plugins, ControlPlane: d.in.controlPlane,
		}, side))
		return err
	}
}

// all has the whole tree of a side for a plugin; nil if the tree is on disk.
func (d *comparison) all(index int) render.Whole {
	if pieces := d.trees.sparse[index]; pieces != nil {
		return pieces
	}
	return nil
}

// entries lists directories of a side that need not be on disk; nil if they are.
func (d *comparison) entries(index int) func(dir string) ([]fs.DirEntry, error) {
	if pieces := d.trees.sparse[index]; pieces != nil {
		return pieces.ReadDir
	}
	return nil
}

// stock puts on disk what renders of Applications at one side can read. If that
// fails, so do they.
func (k *kitchen) stock(ctx context.Context, index int, all []*argocd.Application) {
	if err := k.at(index).need(ctx, all...); err != nil {
		k.unwritten[index] = err
	}
}

// complete puts a side's whole tree on disk, and says whether anything was
// missing: then what failed is tried again, so that the words of a failure are
// never about a file that is only not written yet.
func (k *kitchen) complete(ctx context.Context, index int) bool {
	was, err := k.at(index).whole(ctx)
	return was && err == nil
}

// byPlugin says whether a plugin failed, which had everything.
func (r *rendered) byPlugin() bool {
	return r.FailedSource >= 0 && r.FailedSource < len(r.Sources) && r.Sources[r.FailedSource].Type == string(render.Plugin)
}

func (k *kitchen) at(index int) side { return [2]side{k.base, k.head}[index] }

// bothSides gives the Applications at base, and those at head.
func bothSides(selected []affected.Selected) (all [2][]*argocd.Application) {
	for _, s := range selected {
		all[0], all[1] = append(all[0], s.Base), append(all[1], s.Head)
	}
	return all
}

// whole gives what puts everything on disk that isn't there.
func (d *comparison) whole(index int) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		pieces := d.trees.sparse[index]
		if pieces == nil {
			return false, nil
		}
		return pieces.Write(ctx, tree.Paths{All: true})
	}
}
