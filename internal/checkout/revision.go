package checkout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/argoplan/argoplan/internal/git"
)

// ErrNotFound is in the chain of an error about a revision that the repository
// does not have.
var ErrNotFound = errors.New("not found in the repository")

// IsSHA says whether rev is a full commit id: 40 lower-case hexadecimal digits.
func IsSHA(rev string) bool { return git.IsSHA(rev) }

// Resolve gives the full id of the commit that rev names: a branch, a tag, an
// id, or any expression of gitrevisions(7) without spaces. Only the local
// repository is asked. The error wraps ErrNotFound if rev names no commit there.
func (g *Git) Resolve(ctx context.Context, rev string) (string, error) {
	if err := checkRevision(rev); err != nil {
		return "", err
	}
	out, err := g.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	switch sha := strings.TrimSpace(string(out)); {
	case git.Exited(err, 1):
		return "", fmt.Errorf("resolving revision %q: %w", rev, ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("resolving revision %q: %w", rev, err)
	case !IsSHA(sha):
		return "", fmt.Errorf("resolving revision %q: expected a commit id of 40 digits, found %q", rev, sha)
	default:
		return sha, nil
	}
}

// checkRevision refuses what git, or a person reading the log, could take for
// something else than a revision.
func checkRevision(rev string) error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	if rev == "" || strings.HasPrefix(rev, "-") || strings.ContainsFunc(rev, odd) {
		return fmt.Errorf("expected a revision, found %q: it may not be empty, start with \"-\" or hold spaces or control characters", rev)
	}
	return nil
}

// checkCommits refuses what is not a full commit id.
func checkCommits(ids ...string) error {
	for _, id := range ids {
		if !IsSHA(id) {
			return fmt.Errorf("expected a commit id of 40 digits, found %q", id)
		}
	}
	return nil
}

// Parent gives the id of commit's n-th parent, from 1. It reads the commit itself:
// in a shallow clone "HEAD^1" is unknown, but the commit names its parents.
func (g *Git) Parent(ctx context.Context, commit string, n int) (string, error) {
	if err := checkCommits(commit); err != nil {
		return "", err
	}
	out, err := g.git(ctx, "cat-file", "commit", commit)
	if err != nil {
		return "", fmt.Errorf("reading commit %s: %w", commit, err)
	}
	header, _, _ := strings.Cut(string(out), "\n\n")
	var parents []string
	for line := range strings.Lines(header) {
		if id, ok := strings.CutPrefix(line, "parent "); ok {
			parents = append(parents, strings.TrimSpace(id))
		}
	}
	if n < 1 || n > len(parents) {
		return "", fmt.Errorf("parent %d of commit %s, which has %d: %w", n, commit, len(parents), ErrNotFound)
	}
	return parents[n-1], nil
}

// IsShallow says whether the clone's history is cut off.
func (g *Git) IsShallow(ctx context.Context) (bool, error) {
	out, err := g.git(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return false, fmt.Errorf("asking whether the clone is shallow: %w", err)
	}
	return strings.TrimSpace(string(out)) == "true", nil
}
