package comment

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Search is for the open pull request that a workflow run was about. All of it
// must come from a source that can be trusted, such as GitHub's own event.
type Search struct {
	Owner, Repo string
	Head        string // the commit that the run was made for
	HeadRepo    string // owner/name of the repository that the branch is in
	HeadBranch  string
}

// Find gives the open pull requests whose head is q.Head: none if it moved on,
// several if one branch has several bases. An event names them for branches of
// the repository itself only, and so do most commits. An error is a *Problem.
func Find(ctx context.Context, api *github.Client, q Search) ([]*github.PullRequest, error) {
	pulls, _, err := api.PullRequests.ListPullRequestsWithCommit(ctx, q.Owner, q.Repo, q.Head, &github.ListOptions{PerPage: 100})
	// 409 and 422 are for commits that the repository doesn't have.
	if err != nil && !missing(err) && status(err) != 409 && status(err) != 422 {
		return nil, problem("asking for the commit's pull requests", err)
	}
	if found := q.among(pulls); len(found) > 0 {
		return found, nil
	}
	owner, _, _ := strings.Cut(q.HeadRepo, "/")
	for _, head := range []string{owner + ":" + q.HeadBranch, ""} {
		found, err := q.listed(ctx, api, head)
		if err != nil || len(found) > 0 {
			return found, err
		}
	}
	return nil, nil
}

// listed goes through the open pull requests, most recently updated first.
func (q Search) listed(ctx context.Context, api *github.Client, head string) ([]*github.PullRequest, error) {
	opts := &github.PullRequestListOptions{State: "open", Head: head, Sort: "updated", Direction: "desc"}
	opts.PerPage = 100
	var found []*github.PullRequest
	for range maxPages {
		pulls, resp, err := api.PullRequests.List(ctx, q.Owner, q.Repo, opts)
		if err != nil {
			return nil, problem("listing the open pull requests", err)
		}
		found = append(found, q.among(pulls)...)
		if resp.NextPage <= opts.Page {
			break
		}
		opts.Page = resp.NextPage
	}
	return found, nil
}

// among keeps what fits. A server may ignore any filter.
func (q Search) among(pulls []*github.PullRequest) []*github.PullRequest {
	return slices.DeleteFunc(slices.Clone(pulls), func(p *github.PullRequest) bool {
		return p.GetState() != "open" || q.Head == "" || p.GetHead().GetSHA() != q.Head ||
			!strings.EqualFold(p.GetHead().GetRepo().GetFullName(), q.HeadRepo) ||
			!strings.EqualFold(p.GetBase().GetRepo().GetFullName(), q.Owner+"/"+q.Repo)
	})
}
