package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/tree"
)

// trees are the two revisions on disk.
type trees struct {
	base, head string // directories
	// files are the same as files; what of them is on disk, if not all, is up to
	// sparse.
	files    [2]tree.FS
	sparse   [2]*checkout.Sparse // nil if all is on disk
	changed  []string            // paths that differ, sorted
	remote   string              // URL of origin; "" if unknown
	warnings []report.Warning
	// submodules are those of base and head, commits by path, and lacks are those
	// without files, with the reason.
	submodules [2]map[string]string
	lacks      [2]map[string]error
}

// checkOut puts base and head on disk, outside of the workspace.
func (d *comparison) checkOut(ctx context.Context) error {
	if d.in.baseDir != "" {
		return d.useDirectories()
	}
	git, err := d.open(ctx)
	if err != nil {
		return err
	}
	if d.plan, err = choose(ctx, git, d.env, d.event, d.in); err != nil {
		return err
	}
	return d.extract(ctx, git)
}

// open finds the repository and its remote.
func (d *comparison) open(ctx context.Context) (*checkout.Git, error) {
	git, err := checkout.Open(ctx, d.in.repo, checkout.Options{
		Env:    append([]string{"PATH=" + d.env.path}, d.env.forwarded...),
		Server: d.env.serverURL, Token: d.in.token,
	})
	if err != nil {
		return nil, err
	}
	d.clone = git
	d.trees.remote, err = git.RemoteURL(ctx, "origin")
	return git, err
}

// extract writes both trees and finds what differs.
func (d *comparison) extract(ctx context.Context, clone *checkout.Git) error {
	base, head, err := d.write(ctx, clone)
	if err != nil {
		return err
	}
	d.trees.base, d.trees.head = base.Dir, head.Dir
	if d.plan.base.SHA == d.plan.head.SHA {
		d.trees.warnings = append(d.trees.warnings, report.Warning{
			Message: "base and head are the same commit, so nothing can differ; base-ref names another one to compare with"})
	}
	d.trees.submodules = [2]map[string]string{base.Commits, head.Commits}
	if base, d.trees.lacks[0], err = d.complete(ctx, clone, base); err != nil {
		return err
	}
	if head, d.trees.lacks[1], err = d.complete(ctx, clone, head); err != nil {
		return err
	}
	d.trees.warnOfSubmodules()
	switch pieces := d.trees.sparse; {
	case pieces[1] != nil:
		d.trees.changed, err = d.store.Changed(ctx, pieces[0].ID(), pieces[1].ID())
	case d.plan.workingTree:
		d.trees.changed, err = checkout.ChangedBetweenDirs(base.Dir, head.Dir)
	default:
		d.trees.changed, err = clone.Changed(ctx, d.plan.base.SHA, d.plan.head.SHA)
	}
	if err != nil || len(d.trees.submodules[0])+len(d.trees.submodules[1]) == 0 {
		return err
	}
	empty, err := subdirectories(d.scratch, "empty")
	if err != nil {
		return err
	}
	return d.trees.changedInside(empty[0])
}

// write puts both trees on disk, or makes them ready to be written piece by
// piece.
func (d *comparison) write(ctx context.Context, clone *checkout.Git) (base, head checkout.Tree, err error) {
	if base, head, err = d.sparse(ctx, clone); err != nil || base.Dir != "" {
		return base, head, err
	}
	if base, err = clone.Extract(ctx, d.plan.base.SHA, filepath.Join(d.scratch, "base")); err != nil {
		return base, head, err
	}
	head, err = d.extractHead(ctx, clone)
	d.trees.files = [2]tree.FS{tree.Dir(base.Dir), tree.Dir(head.Dir)}
	return base, head, err
}

func (d *comparison) extractHead(ctx context.Context, clone *checkout.Git) (checkout.Tree, error) {
	dir := filepath.Join(d.scratch, "head")
	if d.plan.workingTree {
		return clone.WorkingTree(ctx, dir)
	}
	return clone.Extract(ctx, d.plan.head.SHA, dir)
}

// useDirectories compares two directories as they are.
func (d *comparison) useDirectories() (err error) {
	var dirs [2]string
	for i, dir := range []string{d.in.baseDir, d.in.headDir} {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() {
			return fmt.Errorf("%w: expected a directory, found none at %s", errUsage, dir)
		}
		if dirs[i], err = filepath.Abs(dir); err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	d.plan = plan{base: report.Revision{Name: "base directory"}, head: report.Revision{Name: "head directory"}, baseBranch: d.in.baseBranch}
	d.trees = trees{base: dirs[0], head: dirs[1], files: [2]tree.FS{tree.Dir(dirs[0]), tree.Dir(dirs[1])}}
	d.trees.changed, err = checkout.ChangedBetweenDirs(dirs[0], dirs[1])
	return err
}
