package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

// workspace is what one request to a plugin may write to.
type workspace struct {
	base string // holds all others
	root string // the copy of Input.Root
	dir  string // the source's directory in the copy
	home string
	tmp  string
	cell *process.Cell // nil if commands are not confined
	of   treeCopy
	// tree is what the pool knows of the copy; it has no seal if the copy can't
	// be used again.
	tree idleTree
	pool *treePool
	// original gives the content of a file of Input.Root.
	original func(name string) ([]byte, error)
}

// newWorkspace copies the tree below scratch, or takes a copy from the pool. The
// caller removes it.
func newWorkspace(ctx context.Context, scratch string, pool *treePool, in Input, preserveMode bool) (*workspace, error) {
	rel, err := filepath.Rel(in.Root, in.Dir)
	if err != nil || !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("expected the source's directory inside the repository, found %q", in.Source.Path)
	}
	w := &workspace{of: treeCopy{in.Root, preserveMode}, pool: pool, original: in.original}
	tree, again := pool.take(w.of)
	if w.tree = tree; again {
		w.base = tree.base
	} else if w.base, err = os.MkdirTemp(scratch, "plugin-"); err != nil {
		return nil, fmt.Errorf("making a directory for a plugin: %w", err)
	}
	w.root, w.home, w.tmp = filepath.Join(w.base, "tree"), filepath.Join(w.base, "home"), filepath.Join(w.base, "tmp")
	w.dir = filepath.Join(w.root, rel)
	err = errors.Join(os.Mkdir(w.home, 0o700), os.Mkdir(w.tmp, 0o700))
	if err == nil && !again {
		err = in.export(ctx, w.root, preserveMode)
	}
	if err != nil {
		w.remove()
		return nil, fmt.Errorf("copying the tree for a plugin: %w", err)
	}
	return w, nil
}

// remove deletes the workspace, also what a plugin made unwritable. What stays
// behind in spite of that goes with the run's scratch directory. A copy that is
// as it was goes to the pool.
func (w *workspace) remove() {
	if !w.cell.Close() || !w.untouched() || !w.pool.give(w.of, filepath.Dir(w.base), w.root, w.tree.user, w.tree.seal) {
		w.tree.seal.close()
	}
	if os.RemoveAll(w.base) == nil {
		return
	}
	_ = filepath.WalkDir(w.base, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	_ = os.RemoveAll(w.base)
}

// export writes all of the source's tree to a new directory.
func (in Input) export(ctx context.Context, to string, preserveMode bool) error {
	if in.Whole != nil {
		return in.Whole.Export(ctx, to, preserveMode)
	}
	return copier{ctx: ctx, from: in.Root, to: to, preserveMode: preserveMode}.copy()
}

// original gives the content of a file that export writes.
func (in Input) original(name string) ([]byte, error) {
	if in.Whole != nil {
		return in.Whole.ReadFile(name)
	}
	return os.ReadFile(filepath.Join(in.Root, filepath.FromSlash(name)))
}

// copier copies what Argo CD sends to a sidecar: regular files, directories and
// symbolic links that stay inside. A plugin may write, so nothing is linked.
type copier struct {
	ctx          context.Context
	from, to     string
	preserveMode bool
}

func (c copier) copy() error {
	var links []string
	err := filepath.WalkDir(c.from, func(path string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, context.Cause(c.ctx)); err != nil {
			return err
		}
		rel, err := filepath.Rel(c.from, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(filepath.Join(c.to, rel), 0o755)
		case d.Type().IsRegular():
			return c.file(rel, d)
		case d.Type()&fs.ModeSymlink != 0:
			links = append(links, rel)
			return c.link(rel)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.checkLinks(links)
}

// file copies one file. Without preserveFileMode nothing is executable.
func (c copier) file(rel string, d fs.DirEntry) error {
	mode := fs.FileMode(0o644)
	if c.preserveMode {
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode = info.Mode().Perm() | 0o600
	}
	in, err := os.Open(filepath.Join(c.from, rel))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(filepath.Join(c.to, rel), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	// The process's umask took bits away that preserveFileMode promises.
	return errors.Join(err, out.Chmod(mode), out.Close())
}

// link copies a symbolic link by its words, which may not lead outside.
func (c copier) link(rel string) error {
	target, err := os.Readlink(filepath.Join(c.from, rel))
	if err != nil {
		return err
	}
	if filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(rel), target)) {
		return outside(rel, target)
	}
	return os.Symlink(target, filepath.Join(c.to, rel))
}

// checkLinks follows the copied links, as one link may lead outside by way of
// another. One that leads nowhere is left as it is.
func (c copier) checkLinks(links []string) error {
	root, err := filepath.EvalSymlinks(c.to)
	if err != nil {
		return err
	}
	for _, rel := range links {
		path, err := filepath.EvalSymlinks(filepath.Join(c.to, rel))
		if err == nil && !insideTree(root, path) {
			return outside(rel, "a place outside")
		}
	}
	return nil
}

func outside(file, target string) error {
	err := fmt.Errorf("expected a symbolic link that stays inside the repository, found one to %s", target)
	return fault.InFile(fault.WithHint(err, "Argo CD refuses such a repository too; make the link relative and keep it inside."), filepath.ToSlash(file))
}

// insideTree says whether path is root or below it, by their words alone.
func insideTree(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
}
