package checkout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
)

// WorkingTree gives the working tree like Sparse gives a commit: the files that
// Git.WorkingTree copies, of which nothing is on disk yet. What differs from the
// index becomes objects of this store; the repository's own objects and its index
// stay as they are. It is nil where an index can't say what is on disk: with
// submodules and other repositories inside, conflicts, files that Git was told not to
// look at, those behind a link, and those that it would change.
func (s *Store) WorkingTree(ctx context.Context, dir string) (*Sparse, Tree, error) {
	paths, err := s.git.simplePaths(ctx)
	if err != nil {
		return nil, Tree{}, fmt.Errorf("reading the working tree: %w", err)
	}
	if paths == nil {
		return nil, Tree{}, nil
	}
	id, err := s.stage(ctx, paths)
	if err != nil {
		return nil, Tree{}, ctx.Err() // the copy says what is wrong with a file
	}
	sparse, tree, err := s.list(ctx, id, dir)
	if err != nil {
		return nil, Tree{}, fmt.Errorf("reading the working tree: %w", err)
	}
	tree.Commit = ""
	return sparse, tree, nil
}

// simplePaths lists the files of the working tree, each followed by a NUL; nil if
// it has any that are not as simple.
func (g *Git) simplePaths(ctx context.Context) ([]byte, error) {
	out, err := g.git(ctx, "ls-files", "-z", "-v", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	paths := bytes.NewBuffer(make([]byte, 0, len(out)))
	for _, entry := range git.SplitNUL(out) { // "H path" is tracked, "? path" is not
		if tag := entry[0]; tag != 'H' && tag != '?' || strings.HasSuffix(entry, "/") {
			return nil, nil
		}
		paths.WriteString(entry[2:] + "\x00")
	}
	return paths.Bytes(), nil
}

// stage gives the tree of the files as they are on disk. Files that are as a copy of
// the repository's index says are not read.
func (s *Store) stage(ctx context.Context, paths []byte) (id string, err error) {
	index := filepath.Join(s.dir, "worktree.index")
	if err := s.git.copyIndex(ctx, index); err != nil {
		return "", err
	}
	at := git.Call{Dir: s.git.root, Env: []string{"GIT_DIR=" + s.dir, "GIT_WORK_TREE=" + s.git.root, "GIT_INDEX_FILE=" + index}}
	at.Args, at.Stdin = []string{"update-index", "-z", "--add", "--remove", "--stdin"}, paths
	if _, err := git.Run(ctx, s.git.command(), at); err != nil {
		return "", err
	}
	at.Args, at.Stdin = []string{"write-tree"}, nil
	out, err := git.Run(ctx, s.git.command(), at)
	return strings.TrimSpace(string(out)), err
}

// copyIndex copies the index with its time, by which Git knows the files that may
// have changed since they were looked at. A repository without commits has none.
func (g *Git) copyIndex(ctx context.Context, to string) error {
	out, err := g.git(ctx, "rev-parse", "--path-format=absolute", "--git-path", "index")
	if err != nil {
		return err
	}
	from := strings.TrimSuffix(string(out), "\n")
	info, err := os.Stat(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(to, data, 0o600), os.Chtimes(to, info.ModTime(), info.ModTime()))
}
