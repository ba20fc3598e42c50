package checkout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/git"
)

// Tree is one side of a comparison on disk.
type Tree = git.Tree

// Extract writes the files of a commit to dir, which must be outside the
// repository and empty or missing.
//
// See git.Extract for which files these are.
func (g *Git) Extract(ctx context.Context, commit, dir string) (Tree, error) {
	if err := checkCommits(commit); err != nil {
		return Tree{}, fmt.Errorf("extracting a commit: %w", err)
	}
	dir, err := g.prepare(dir)
	if err != nil {
		return Tree{}, fmt.Errorf("extracting commit %s: %w", commit, err)
	}
	tree, err := g.extract(ctx, commit, dir)
	if err != nil {
		return Tree{}, fmt.Errorf("extracting commit %s: %w", commit, err)
	}
	return tree, nil
}

func (g *Git) extract(ctx context.Context, commit, dir string) (Tree, error) {
	if err := g.completeObjects(ctx, commit); err != nil {
		return Tree{}, err
	}
	return git.Extract(ctx, g.command(), g.objects, commit, dir)
}

// prepare makes dir, and gives its absolute path without symbolic links.
func (g *Git) prepare(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(g.root, real); err == nil && filepath.IsLocal(rel) {
		return "", fmt.Errorf("expected a directory outside the repository, found %s", real)
	}
	entries, err := os.ReadDir(real)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("expected an empty directory, found %d entries in %s", len(entries), real)
	}
	return real, err
}
