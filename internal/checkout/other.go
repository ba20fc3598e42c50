package checkout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// askTimeout bounds the question which refs origin has.
const askTimeout = time.Minute

// Refs lists the refs of origin, as git ls-remote does. If origin can't be
// asked, the error says so, and the refs are those that the clone has seen of
// it.
func (g *Git) Refs(ctx context.Context) ([]git.Ref, error) {
	refs, err := g.ask(ctx)
	if err == nil {
		return refs, nil
	}
	err = fault.WithHint(fmt.Errorf("asking origin for its branches and tags: %w", err),
		"Check the clone's remote origin, and whether this machine may reach it.")
	seen, seenErr := g.seen(ctx)
	return seen, errors.Join(err, seenErr)
}

func (g *Git) ask(ctx context.Context) ([]git.Ref, error) {
	url, err := g.RemoteURL(ctx, "origin")
	if err == nil && url == "" {
		err = errors.New("the clone has no remote origin")
	}
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	out, err := g.network(ctx, git.Call{Args: []string{"ls-remote", "--quiet", "--end-of-options", "origin"}})
	return git.ParseRefs(out), err
}

// seen lists the clone's own knowledge under the names that origin uses.
func (g *Git) seen(ctx context.Context) ([]git.Ref, error) {
	out, err := g.git(ctx, "for-each-ref", "--format=%(objectname)%09%(refname)", "refs/remotes/origin", "refs/tags")
	if err != nil {
		return nil, fmt.Errorf("listing the clone's branches and tags: %w", err)
	}
	refs := git.ParseRefs(out)
	for i, ref := range refs {
		if branch, ok := strings.CutPrefix(ref.Name, "refs/remotes/origin/"); ok {
			refs[i].Name = "refs/heads/" + branch
			if branch == "HEAD" {
				refs[i].Name = branch
			}
		}
	}
	return refs, nil
}

// CheckOut writes the files of a commit to dir as Extract does, and fetches the
// commit from origin if the clone doesn't have it. It may be called
// concurrently.
func (g *Git) CheckOut(ctx context.Context, id, dir string) (Tree, error) {
	g.fetching.Lock()
	commit, err := g.Ensure(ctx, id)
	g.fetching.Unlock()
	if err != nil {
		return Tree{}, err
	}
	return g.Extract(ctx, commit, dir)
}
