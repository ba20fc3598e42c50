package checkout

import (
	"context"
	"fmt"
	"slices"

	"github.com/argoplan/argoplan/internal/git"
)

// Changed gives the paths in which two commits differ, sorted. A renamed file is
// there with both its names; a submodule with its directory. Paths are bytes as
// in the repository, relative to its root, with slashes.
func (g *Git) Changed(ctx context.Context, base, head string) ([]string, error) {
	return changed(base, head, func(args ...string) ([]byte, error) { return g.git(ctx, args...) })
}

// Changed does the same for trees that this store gave, by their ids.
func (s *Store) Changed(ctx context.Context, base, head string) ([]string, error) {
	return changed(base, head, func(args ...string) ([]byte, error) {
		at := s.at
		at.Args = args
		return git.Run(ctx, s.git.command(), at)
	})
}

func changed(base, head string, run func(args ...string) ([]byte, error)) ([]string, error) {
	if err := checkCommits(base, head); err != nil {
		return nil, fmt.Errorf("comparing two commits: %w", err)
	}
	out, err := run("diff-tree", "-r", "--no-renames", "--ignore-submodules=none", "--name-only", "-z", base, head)
	if err != nil {
		return nil, fmt.Errorf("comparing commits %s and %s: %w", base, head, err)
	}
	paths := git.SplitNUL(out)
	slices.Sort(paths)
	return paths, nil
}
