package argocd

import (
	"net/url"
	"slices"
	"strings"
)

// Repository is "this repository": the one whose two revisions are compared.
type Repository struct {
	// URLs name it: its remote, its web address, aliases. Any scheme.
	URLs []string
	// BaseBranch is the branch that a merge goes to, without refs/heads/. ""
	// takes every branch of the repository for it.
	BaseBranch string
	// DefaultBranch is what HEAD means to Argo CD; "" if unknown, and then
	// HEAD is taken for the base branch.
	DefaultBranch string
}

// Is says whether repoURL names this repository.
func (r Repository) Is(repoURL string) bool {
	want := place(repoURL)
	return want != "" && slices.ContainsFunc(r.URLs, func(u string) bool { return place(u) == want })
}

// Follows says whether an Application with this target revision gets what is
// merged to the base branch. Argo CD takes "" for HEAD.
func (r Repository) Follows(targetRevision string) bool {
	branch := strings.TrimPrefix(targetRevision, "refs/heads/")
	if branch == "" || branch == "HEAD" {
		return r.DefaultBranch == "" || r.BaseBranch == "" || r.DefaultBranch == r.BaseBranch
	}
	return r.BaseBranch == "" || branch == r.BaseBranch
}

// NormalizeGitURL gives two URLs of one repository the same form, as Argo CD's
// util/git does: lower case, no ".git", and scp-like addresses as paths.
func NormalizeGitURL(repoURL string) string {
	u := strings.ToLower(strings.TrimSpace(repoURL))
	if host, path, ok := scpLike(u); ok {
		u = host + "/" + path
	}
	u = strings.TrimSuffix(strings.TrimPrefix(u, "ssh://"), ".git")
	return u
}

// scpLike splits "git@host:path".
func scpLike(u string) (host, path string, ok bool) {
	if strings.Contains(u, "://") {
		return "", "", false
	}
	host, path, ok = strings.Cut(u, ":")
	return host, strings.TrimPrefix(path, "/"), ok && !strings.Contains(host, "/")
}

// place is what is left of a URL when scheme, user and port are gone: the same
// repository over HTTPS and over SSH is one repository, as in Argo CD's
// webhook handler.
func place(repoURL string) string {
	u := NormalizeGitURL(repoURL)
	if !strings.Contains(u, "://") {
		u = "ssh://" + u
	}
	parsed, err := url.Parse(u)
	if err != nil || parsed.Hostname() == "" {
		return ""
	}
	return parsed.Hostname() + "/" + strings.Trim(parsed.Path, "/")
}
