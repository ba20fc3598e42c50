package action

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/fault"
)

// publish writes the pull request comment. A comment that can't be written is a
// warning: the verdict is in the exit status, and the report in its files.
func (d *comparison) publish(ctx context.Context) {
	if why := d.notPublished(ctx); why != "" {
		if d.in.publish == "comment" {
			d.log.warn("", 0, "no comment is written: "+why)
		} else if d.env.actions {
			d.log.info("no comment is written: %s", why)
		}
		return
	}
	result, err := d.upsert(ctx)
	err = d.published(result, err)
	var problem *comment.Problem
	switch {
	case err == nil:
	case errors.As(err, &problem) && problem.Cause == comment.NoPermission && untrusted(d.env, d.event):
		d.log.info("no comment is written: this pull request is from a fork, whose runs have a read-only token; docs/forks.md has a way around")
	default:
		d.log.warn("", 0, strings.TrimSuffix(fmt.Sprintf("writing the comment: %v\nhint: %s", err, fault.HintOf(err)), "\nhint: "))
	}
}

// published tells what became of the comment, and hands an error on.
func (d *comparison) published(result comment.Result, err error) error {
	for _, note := range result.Notes {
		d.log.info("%s", note)
	}
	switch {
	case err != nil:
		return err
	case result.Wrote:
		d.log.info("comment written: %s", result.URL)
	case result.URL != "":
		d.log.info("the comment is up to date: %s", result.URL)
	}
	if err := writeOutputs(d.env.output, []output{{"comment-url", result.URL}}); err != nil {
		d.log.warn("", 0, err.Error())
	}
	return nil
}

// client reaches the API with the job's token.
func (d *comparison) client() (*github.Client, error) {
	o := d.api
	o.BaseURL, o.Token, o.Timeout = d.env.apiURL, d.in.token, d.in.publishWait
	api, err := comment.NewClient(o)
	if err != nil {
		return nil, fault.WithHint(err, "GITHUB_API_URL must name the REST API")
	}
	return api, nil
}

// notPublished gives the reason why no comment is to be written, "" if one is.
// act fills in the developer's own token, so a local run would write to the
// real pull request: there it must be asked for.
func (d *comparison) notPublished(ctx context.Context) string {
	switch {
	case d.in.publish == "none":
		return "publish is none"
	case d.in.publish == "auto" && d.env.act:
		return "act runs this job, and publish is not comment"
	case d.plan.pullRequest == 0 && d.event.pullRequest() == 0:
		return "the event has no pull request, and the input pull-request names none"
	case d.in.token == "":
		return "the input token is empty"
	case ctx.Err() != nil:
		return "the run was stopped"
	}
	return ""
}

// upsert creates or updates this step's one comment.
func (d *comparison) upsert(ctx context.Context) (comment.Result, error) {
	api, err := d.client()
	if err != nil {
		return comment.Result{}, err
	}
	owner, repo, ok := strings.Cut(d.repositoryName(), "/")
	if !ok {
		return comment.Result{}, fmt.Errorf("expected the repository as owner/name, found %q", d.repositoryName())
	}
	marker := comment.Marker{
		Key:  comment.Key(d.repositoryName(), d.env.workflow, d.env.job, d.in.commentKey),
		Head: firstOf(d.pullHead(), d.plan.head.SHA), Run: fmt.Sprintf("%d.%d", d.env.runID, d.env.runAttempt),
	}
	return comment.Upsert(ctx, api, comment.Request{
		Owner: owner, Repo: repo, Number: max(d.plan.pullRequest, d.event.pullRequest()), Marker: marker, Budget: d.in.commentBytes,
		Body: func(budget int) string {
			return comment.Markdown(d.report, comment.Options{
				Budget: budget, Marker: marker, Head: d.pullHead(), RunURL: d.env.runURL(), ReportDir: d.shownDir(),
			})
		},
	})
}

// pullHead is the head of the pull request's branch, also when the run ended
// before it chose its revisions; "" without a pull request.
func (d *comparison) pullHead() string {
	if d.event.PullRequest == nil {
		return d.plan.pullHead
	}
	return d.event.PullRequest.Head.SHA
}
