package comment

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/go-github/v60/github"
)

// Request is a comment to create or to bring up to date.
type Request struct {
	Owner, Repo string
	Number      int // the pull request
	// Marker finds the comment again. Its Head is the pull request's head that
	// was rendered: a comment is not written for a head that is history.
	Marker Marker
	// Author is the login that writes the comment, if the caller knows it: an
	// App's token, like GITHUB_TOKEN, may not ask. "" asks.
	Author string
	// Budget is the most bytes to begin with; 0 is DefaultBudget.
	Budget int
	// Body writes the comment for a budget. Its first line is Marker.
	Body func(budget int) string
}

// Result is what became of a Request.
type Result struct {
	URL   string // of the comment; "" if there is none
	Wrote bool   // false if it was up to date, or newer than this run
	// Notes are for the log: why nothing was written, whose comment carries
	// our marker.
	Notes []string
}

// Upsert leaves exactly one comment of ours with the Marker's key on the pull
// request. It writes nothing if the comment says the same already. An error is
// a *Problem, with a hint.
func Upsert(ctx context.Context, api *github.Client, q Request) (Result, error) {
	u := &upsert{api: api, q: q, authors: map[string]bool{}}
	if q.Budget == 0 {
		u.q.Budget = DefaultBudget
	}
	err := u.run(ctx)
	return u.result, err
}

type upsert struct {
	api     *github.Client
	q       Request
	me      string          // the token's owner; "" while unknown
	authors map[string]bool // who is the token's owner, of those asked about
	result  Result
}

func (u *upsert) run(ctx context.Context) error {
	var err error
	if u.me, err = u.whoami(ctx); err != nil {
		return err
	}
	own, err := u.own(ctx)
	if err != nil {
		return err
	}
	if len(own) > 0 && u.upToDate(own[0]) {
		u.result.URL = own[0].GetHTMLURL()
		return u.removeOthers(ctx, own[1:])
	}
	if stale, err := u.stale(ctx, own); stale || err != nil {
		return err
	}
	for len(own) > 0 {
		err := u.edit(ctx, own[0])
		if err == nil {
			return u.removeOthers(ctx, own[1:])
		}
		if !missing(err) {
			return problem("updating the comment", err)
		}
		own = own[1:] // deleted since it was listed
	}
	return u.create(ctx)
}

// upToDate is true if c says what any form of our body says; a smaller form is
// there because the server refused the larger.
func (u *upsert) upToDate(c *github.IssueComment) bool {
	for _, budget := range u.budgets() {
		if same(c.GetBody(), u.q.Body(budget)) {
			return true
		}
	}
	return false
}

// budgets are tried in turn while the server finds the body too long.
func (u *upsert) budgets() []int {
	return []int{u.q.Budget, u.q.Budget / 2, MinBudget}
}

// stale is true if a newer run has written, or will: then there is nothing
// left to do.
func (u *upsert) stale(ctx context.Context, own []*github.IssueComment) (bool, error) {
	if len(own) > 0 {
		if m, ok := ParseMarker(own[0].GetBody()); ok && m.Head == u.q.Marker.Head && newer(m.Run, u.q.Marker.Run) {
			u.result.URL = own[0].GetHTMLURL()
			u.note("the comment is from run %s, which is newer than this one: left as it is", m.Run)
			return true, nil
		}
	}
	if u.q.Marker.Head == "" {
		return false, nil
	}
	pr, _, err := u.api.PullRequests.Get(ctx, u.q.Owner, u.q.Repo, u.q.Number)
	switch head := pr.GetHead().GetSHA(); {
	case err != nil && (status(err) == http.StatusForbidden || missing(err)):
		// issues: write alone can comment and can't read pull requests.
		u.note("the pull request's head can't be read, so it is unknown whether this run is the newest: %s", messageOf(err))
		return false, nil
	case err != nil:
		return false, problem("reading the pull request", err)
	case head != "" && head != u.q.Marker.Head:
		u.note("the pull request's head is %s by now, this run rendered %s: no comment written", shortSHA(head), shortSHA(u.q.Marker.Head))
		return true, nil
	}
	return false, nil
}

// write sends the largest body that the server takes.
func (u *upsert) write(send func(body string) (*github.IssueComment, error)) (*github.IssueComment, error) {
	var err error
	for _, budget := range u.budgets() {
		var c *github.IssueComment
		if c, err = send(u.q.Body(budget)); err == nil {
			u.result.Wrote, u.result.URL = true, c.GetHTMLURL()
			return c, nil
		}
		if !tooLong(err) {
			break
		}
		u.note("the server finds %d bytes too long", budget)
	}
	return nil, err
}

func (u *upsert) edit(ctx context.Context, old *github.IssueComment) error {
	_, err := u.write(func(body string) (*github.IssueComment, error) {
		c, _, err := u.api.Issues.EditComment(ctx, u.q.Owner, u.q.Repo, old.GetID(), &github.IssueComment{Body: &body})
		return c, err
	})
	if err == nil {
		u.result.URL = old.GetHTMLURL()
	}
	return err
}

// removeOthers deletes our duplicates, made by runs at the same time.
func (u *upsert) removeOthers(ctx context.Context, others []*github.IssueComment) error {
	for _, c := range others {
		_, err := u.api.Issues.DeleteComment(ctx, u.q.Owner, u.q.Repo, c.GetID())
		if err != nil && !missing(err) {
			return problem("deleting a duplicate of the comment", err)
		}
		u.result.Wrote = true
	}
	return nil
}

func (u *upsert) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(u.result.Notes, text) { // a second listing finds the same
		u.result.Notes = append(u.result.Notes, text)
	}
}
