package checkout

import (
	"context"
	"errors"
	"fmt"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// Ensure gives the commit that rev names, and fetches it from origin if the
// clone does not have it. A branch is looked for here, then under origin/ here,
// then at origin. A shallow clone gets that one commit; a full clone gets its
// whole history and stays full. No ref changes, and neither does FETCH_HEAD.
func (g *Git) Ensure(ctx context.Context, rev string) (string, error) {
	names := []string{rev}
	if !git.IsSHA(rev) {
		names = append(names, "refs/remotes/origin/"+rev)
	}
	for _, name := range names {
		sha, err := g.Resolve(ctx, name)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return sha, err
		}
	}
	sha, err := g.fetch(ctx, rev)
	if err != nil {
		return "", fault.WithHint(fmt.Errorf("fetching revision %q, which the clone does not have: %w", rev, err),
			"set fetch-depth: 2 in actions/checkout (0 for the whole history)")
	}
	return sha, nil
}

func (g *Git) fetch(ctx context.Context, rev string) (string, error) {
	sha := rev
	if !git.IsSHA(rev) {
		var err error
		if sha, err = g.atOrigin(ctx, rev); err != nil {
			return "", err
		}
	}
	shallow, err := g.IsShallow(ctx)
	if err != nil {
		return "", err
	}
	args := fetchArgs()
	if shallow {
		args = append(args, "--depth=1") // in a full clone this would cut the history off
	}
	if _, err := g.network(ctx, git.Call{Args: append(args, "--end-of-options", "origin", sha)}); err != nil {
		return "", err
	}
	return g.Resolve(ctx, sha)
}

func fetchArgs() []string {
	return []string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"}
}

// atOrigin asks origin for the commit of a tag, a branch or a full ref, in
// git's own order.
func (g *Git) atOrigin(ctx context.Context, name string) (string, error) {
	refs := []string{name, "refs/tags/" + name + "^{}", "refs/tags/" + name, "refs/heads/" + name}
	args := append([]string{"ls-remote", "--quiet", "--end-of-options", "origin"}, refs...)
	out, err := g.network(ctx, git.Call{Args: args})
	if err != nil {
		return "", err
	}
	found := map[string]string{} // the patterns match more than whole names
	for _, ref := range git.ParseRefs(out) {
		found[ref.Name] = ref.ID
	}
	for _, ref := range refs {
		if sha, ok := found[ref]; ok {
			return sha, nil
		}
	}
	return "", errors.New("origin has no such branch or tag")
}

// network runs a command that talks to origin: first with what the clone is
// configured with, then with the token. In this order a credential that
// actions/checkout left, which may reach further than the token, still counts.
func (g *Git) network(ctx context.Context, c git.Call) ([]byte, error) {
	out, err := g.run(ctx, c)
	if err == nil || g.options.Token == "" || g.options.Server == "" || ctx.Err() != nil {
		return out, err
	}
	c.Config = append(c.Config, g.credentials()...)
	return g.run(ctx, c)
}
