package checkout

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
)

// RemoteURL gives the URL of a remote, "origin", without a password or token,
// and "" if there is no such remote. The short form host:path of ssh is given
// as it is.
func (g *Git) RemoteURL(ctx context.Context, remote string) (string, error) {
	out, err := g.git(ctx, "config", "--get", "remote."+remote+".url")
	if git.Exited(err, 1) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the URL of remote %s: %w", remote, err)
	}
	return withoutSecrets(strings.TrimSuffix(string(out), "\n")), nil
}

// withoutSecrets keeps the user of an ssh URL, which is part of the address.
func withoutSecrets(raw string) string {
	if !strings.Contains(raw, "://") {
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		// What is wrong with it is for others to say, but not with its secret.
		return git.WithoutUser(raw)
	}
	if u.User == nil {
		return raw
	}
	user := u.User.Username()
	if u.User = nil; u.Scheme == "ssh" {
		u.User = url.User(user)
	}
	return u.String()
}

// DefaultBranch gives origin's default branch as the clone knows it, or "":
// git clone notes it, actions/checkout does not.
func (g *Git) DefaultBranch(ctx context.Context) (string, error) {
	return g.symbolicRef(ctx, "refs/remotes/origin/HEAD", "refs/remotes/origin/")
}

// CurrentBranch gives the branch that is checked out, or "" for a detached HEAD.
func (g *Git) CurrentBranch(ctx context.Context) (string, error) {
	return g.symbolicRef(ctx, "HEAD", "refs/heads/")
}

func (g *Git) symbolicRef(ctx context.Context, ref, prefix string) (string, error) {
	out, err := g.git(ctx, "symbolic-ref", "--quiet", ref)
	if git.Exited(err, 1) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", ref, err)
	}
	return strings.TrimPrefix(strings.TrimSpace(string(out)), prefix), nil
}
