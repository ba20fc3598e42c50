package checkout

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// WorkingTree copies the working tree to dir, which must be outside the
// repository and empty or missing: tracked files as they are on disk, and
// untracked ones that are not ignored. Compare it with an extracted commit by
// ChangedBetweenDirs.
func (g *Git) WorkingTree(ctx context.Context, dir string) (Tree, error) {
	dir, err := g.prepare(dir)
	if err != nil {
		return Tree{}, fmt.Errorf("copying the working tree: %w", err)
	}
	out, err := g.git(ctx, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return Tree{}, fmt.Errorf("listing the working tree: %w", err)
	}
	c, err := newCopier(g.root, dir)
	if err != nil {
		return Tree{}, fmt.Errorf("copying the working tree: %w", err)
	}
	entries := git.SplitNUL(out) // "H path" is tracked, "S path" skipped by a sparse checkout, "? path" untracked
	slices.Sort(entries)
	for _, entry := range slices.Compact(entries) { // a merge conflict lists a path three times
		err := c.copy(entry[2:])
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // deleted
			if entry[0] == 'S' {
				err = fault.WithHint(errors.New("not checked out: the working tree is sparse"), "name a commit to read instead, or run git sparse-checkout disable")
			}
		}
		if err != nil {
			return Tree{}, errors.Join(fmt.Errorf("copying the working tree: %w", fault.InFile(err, entry[2:])), c.close())
		}
	}
	slices.Sort(c.repositories)
	if out, err = g.git(ctx, git.ListIndex()...); err != nil {
		return Tree{}, errors.Join(fmt.Errorf("listing submodules: %w", err), c.close())
	}
	return Tree{Dir: dir, Submodules: c.repositories, Commits: git.Gitlinks(out)}, c.close()
}

// copier copies files between two directories. Neither side can be left through
// a symbolic link.
type copier struct {
	from, to     *os.Root
	directories  map[string]bool // whether this path of from is a real directory
	repositories []string        // directories that were listed as files
}

func newCopier(from, to string) (*copier, error) {
	source, err := os.OpenRoot(from)
	if err != nil {
		return nil, err
	}
	target, err := os.OpenRoot(to)
	if err != nil {
		return nil, errors.Join(err, source.Close())
	}
	return &copier{from: source, to: target, directories: map[string]bool{".": true}}, nil
}

func (c *copier) close() error { return errors.Join(c.from.Close(), c.to.Close()) }

// copy copies one file or symbolic link. The error wraps fs.ErrNotExist if it
// is not there, which includes one behind a symbolic link: for git, that is
// another file.
func (c *copier) copy(path string) error {
	parent := filepath.Dir(path)
	if !c.isDirectory(parent) {
		return fs.ErrNotExist
	}
	info, err := c.from.Lstat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		c.repositories = append(c.repositories, filepath.Clean(path))
		return nil
	}
	if err := c.to.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	switch info.Mode().Type() {
	case fs.ModeSymlink:
		link, err := c.from.Readlink(path)
		if err != nil {
			return err
		}
		return c.to.Symlink(link, path)
	case 0:
		return c.copyFile(path, gitMode(info))
	default:
		return fmt.Errorf("expected a file or a symbolic link, found %s", info.Mode())
	}
}

func (c *copier) copyFile(path string, mode fs.FileMode) error {
	in, err := c.from.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := c.to.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// isDirectory says whether dir and all its parents are directories themselves.
func (c *copier) isDirectory(dir string) bool {
	known, ok := c.directories[dir]
	if !ok {
		info, err := c.from.Lstat(dir)
		known = c.isDirectory(filepath.Dir(dir)) && err == nil && info.IsDir()
		c.directories[dir] = known
	}
	return known
}

// gitMode is the one bit of a file's mode that git keeps.
func gitMode(info fs.FileInfo) fs.FileMode {
	if info.Mode()&0o100 != 0 {
		return 0o755
	}
	return 0o644
}
