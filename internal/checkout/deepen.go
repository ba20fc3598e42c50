package checkout

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// depths are how many commits more a shallow clone is given at a time, before it
// is given all.
var depths = []int{10, 20, 40, 80, 160, 320}

// MergeBase gives the best common ancestor of two commits. A shallow clone gets
// as much more history as it takes to tell; no ref changes. The error wraps
// ErrNotFound if there is no ancestor, or if the history can't be fetched.
func (g *Git) MergeBase(ctx context.Context, a, b string) (string, error) {
	if err := checkCommits(a, b); err != nil {
		return "", err
	}
	base, err := g.mergeBase(ctx, a, b)
	if !errors.Is(err, ErrNotFound) {
		return base, err
	}
	for _, depth := range append(depths, 0) {
		shallow, shallowErr := g.IsShallow(ctx)
		if shallowErr != nil {
			return "", shallowErr
		}
		if !shallow {
			break // that was all there is
		}
		if fetchErr := g.deepen(ctx, depth, a, b); fetchErr != nil {
			err = fmt.Errorf("%w: the clone is shallow, and fetching its history: %w", err, fetchErr)
			break
		}
		if base, err = g.mergeBase(ctx, a, b); !errors.Is(err, ErrNotFound) {
			return base, err
		}
	}
	return "", fault.WithHint(err, "set fetch-depth: 0 in actions/checkout, so that the history reaches back to where the branch began")
}

// deepen fetches depth commits more behind both, or all for 0.
func (g *Git) deepen(ctx context.Context, depth int, a, b string) error {
	how := fmt.Sprintf("--deepen=%d", depth)
	if depth == 0 {
		how = "--unshallow"
	}
	_, err := g.network(ctx, git.Call{Args: append(fetchArgs(), how, "--end-of-options", "origin", a, b)})
	return err
}

// mergeBase asks the history that is there.
func (g *Git) mergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := g.git(ctx, "merge-base", a, b)
	if git.Exited(err, 1) {
		return "", fmt.Errorf("common ancestor of %s and %s: %w", a, b, ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("finding the common ancestor of %s and %s: %w", a, b, err)
	}
	return strings.TrimSpace(string(out)), nil
}
