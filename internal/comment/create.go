package comment

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/google/go-github/v60/github"
)

// maxPages bounds a listing; GitHub allows 2,500 comments.
const maxPages = 50

// posts bounds how often a POST is sent whose fate is unknown.
const posts = 3

// create posts the comment, and then makes sure that it is the only one: a run
// at the same time may have posted its own. The oldest stays.
func (u *upsert) create(ctx context.Context) error {
	made, err := u.post(ctx)
	if err != nil {
		return problem("creating the comment", err)
	}
	unknown := u.me == ""
	if login := made.GetUser().GetLogin(); login != "" {
		u.me = login // an App's token can't ask who it is, but this tells
	}
	own, err := u.own(ctx)
	if err != nil || len(own) == 0 {
		return err
	}
	if unknown && len(own) > 1 {
		u.note("the token may not ask whose it is, so the comment was found only by writing one: give it the scope read:user")
	}
	return u.settle(ctx, made, own)
}

// settle brings the oldest of our comments up to date and deletes the others.
// The oldest may be that of a newer run; then only ours goes.
func (u *upsert) settle(ctx context.Context, made *github.IssueComment, own []*github.IssueComment) error {
	for ; len(own) > 0; own = own[1:] {
		u.result.URL = own[0].GetHTMLURL()
		if own[0].GetID() == made.GetID() || u.upToDate(own[0]) {
			break
		}
		stale, err := u.stale(ctx, own)
		if err != nil {
			return err
		}
		if stale {
			break
		}
		if err = u.edit(ctx, own[0]); err == nil {
			break
		}
		if !missing(err) {
			return problem("updating the comment", err)
		}
	}
	if len(own) == 0 {
		return nil
	}
	return u.removeOthers(ctx, own[1:])
}

// post creates the comment once, even if an answer is lost: before it posts
// again, it looks whether the comment is there.
func (u *upsert) post(ctx context.Context) (*github.IssueComment, error) {
	var made *github.IssueComment
	var err error
	for range posts {
		made, err = u.write(func(body string) (*github.IssueComment, error) {
			c, _, err := u.api.Issues.CreateComment(ctx, u.q.Owner, u.q.Repo, u.q.Number, &github.IssueComment{Body: &body})
			if err == nil && c.GetID() == 0 {
				err = errors.New("want the new comment in the answer, got none")
			}
			return c, err
		})
		if err == nil || !uncertain(err) || ctx.Err() != nil {
			return made, err
		}
		own, listErr := u.own(ctx)
		if listErr != nil {
			return nil, errors.Join(err, listErr)
		}
		if len(own) > 0 && u.upToDate(own[0]) {
			u.result.Wrote = true
			return own[0], nil
		}
	}
	return nil, err
}

// own lists our comments with our key, oldest first. Nobody else's comment is
// ours, whatever it says.
func (u *upsert) own(ctx context.Context) ([]*github.IssueComment, error) {
	all, err := u.list(ctx)
	if err != nil {
		return nil, problem("listing the comments", err)
	}
	var own []*github.IssueComment
	for _, c := range all {
		if m, ok := ParseMarker(c.GetBody()); !ok || m.Key != u.q.Marker.Key {
			continue
		}
		mine, err := u.mine(ctx, c.GetUser().GetLogin())
		if err != nil {
			return nil, err
		}
		if mine {
			own = append(own, c)
		} else {
			u.note("comment %d by %s carries our marker and is ignored", c.GetID(), codeSpan(c.GetUser().GetLogin()))
		}
	}
	slices.SortFunc(own, func(a, b *github.IssueComment) int { return cmp.Compare(a.GetID(), b.GetID()) })
	return own, nil
}

// list follows the Link header alone: Gitea answers every page number with the
// same comments, so "until a page is empty" would never end.
func (u *upsert) list(ctx context.Context) ([]*github.IssueComment, error) {
	var all []*github.IssueComment
	seen := map[int64]bool{}
	opts := &github.IssueListCommentsOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for range maxPages {
		page, resp, err := u.api.Issues.ListComments(ctx, u.q.Owner, u.q.Repo, u.q.Number, opts)
		if err != nil {
			return nil, err
		}
		before := len(all)
		for _, c := range page {
			if !seen[c.GetID()] {
				seen[c.GetID()] = true
				all = append(all, c)
			}
		}
		if resp.NextPage <= opts.Page || len(all) == before {
			break
		}
		opts.Page = resp.NextPage
	}
	return all, nil
}
