package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// Bounds of submodules: how deep they may be nested, and how many one
// repository may have.
const (
	maxDepth      = 10
	maxSubmodules = 200
)

// NoSubmodule says why what reads a submodule is skipped where they are not
// fetched: Argo CD does fetch them, and a render that lacks something must not
// look whole.
func NoSubmodule(path string) error {
	return fault.Skip("it reads the submodule %s, and submodules are not fetched; set the input submodules to true", path)
}

// Complete writes the files of a tree's submodules into it, as
// "git submodule update --init --recursive" would. repoURL is where the tree
// comes from: URLs of submodules may be relative to it. modules is the directory
// in which git keeps the submodules of a clone, "" if there is none; what it has
// isn't fetched. The result's Submodules are those that are still missing, and
// the map says why, by path.
func (f *Fetcher) Complete(ctx context.Context, tree git.Tree, repoURL, modules string) (git.Tree, map[string]error) {
	return f.complete(ctx, tree, repoURL, modules, 0)
}

func (f *Fetcher) complete(ctx context.Context, tree git.Tree, repoURL, modules string, depth int) (git.Tree, map[string]error) {
	missing := map[string]error{}
	if len(tree.Submodules) == 0 {
		return tree, nil
	}
	if !f.options.Submodules {
		for _, path := range tree.Submodules {
			missing[path] = NoSubmodule(path)
		}
		return tree, missing
	}
	known, err := f.readModules(ctx, tree, depth)
	var left []string
	for _, path := range tree.Submodules {
		failed := err
		if failed == nil {
			failed = f.submodule(ctx, tree, known[path], path, repoURL, modules, depth+1)
		}
		if failed != nil {
			left = append(left, path)
			missing[path] = fault.InFile(fmt.Errorf("fetching the submodule %s: %w", path, failed), ".gitmodules")
		}
	}
	tree.Submodules = left
	return tree, missing
}

// readModules reads .gitmodules, and refuses what has no end.
func (f *Fetcher) readModules(ctx context.Context, tree git.Tree, depth int) (map[string]git.Module, error) {
	if depth >= maxDepth || len(tree.Submodules) > maxSubmodules {
		return nil, fmt.Errorf("expected at most %d submodules, nested at most %d deep", maxSubmodules, maxDepth)
	}
	return git.ReadModules(ctx, f.options.Git, tree.Dir)
}

// submodule writes one.
func (f *Fetcher) submodule(ctx context.Context, tree git.Tree, m git.Module, path, repoURL, modules string, depth int) error {
	commit := tree.Commits[path]
	switch {
	case m.Update == "none":
		return nil // git leaves it alone, too
	case m.URL == "":
		return fault.WithHint(errors.New("expected its URL in .gitmodules, found none"), "Argo CD's checkout fails on it, too; add the entry, or remove the submodule.")
	case !git.IsSHA(commit):
		return fmt.Errorf("expected the id of a commit, found %q", commit)
	}
	address, err := git.ResolveModule(repoURL, m.URL)
	if err != nil {
		return err
	}
	to := filepath.Join(tree.Dir, filepath.FromSlash(path))
	if done, err := f.fromClone(ctx, m, commit, to, address, modules, depth); done || err != nil {
		return err
	}
	remote, err := f.remotes.do(ctx, address, func(ctx context.Context) (Remote, error) { return f.remote(ctx, address) })
	if err != nil {
		return err
	}
	sub, err := f.commit(ctx, remote, address, commit, depth)
	if err != nil {
		return fmt.Errorf("commit %s of %s: %w", commit, git.WithoutUser(address), err)
	}
	return os.CopyFS(to, os.DirFS(sub.Dir))
}

// fromClone writes a submodule whose commit the user's clone has.
func (f *Fetcher) fromClone(ctx context.Context, m git.Module, commit, to, address, modules string, depth int) (done bool, err error) {
	if modules == "" || !filepath.IsLocal(m.Name) {
		return false, nil
	}
	own := filepath.Join(modules, m.Name)
	if info, err := os.Stat(filepath.Join(own, "objects")); err != nil || !info.IsDir() {
		return false, nil
	}
	dir, err := os.MkdirTemp(f.options.Scratch, "tree-")
	if err != nil {
		return false, err
	}
	tree, err := git.Extract(ctx, f.options.Git, filepath.Join(own, "objects"), commit, dir)
	if err != nil {
		return false, os.RemoveAll(dir) // the clone doesn't have all of it
	}
	tree, missing := f.complete(ctx, tree, address, filepath.Join(own, "modules"), depth)
	for _, path := range tree.Submodules {
		return false, missing[path]
	}
	return true, os.CopyFS(to, os.DirFS(dir))
}
