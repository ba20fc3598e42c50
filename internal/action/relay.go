package action

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// relay writes the comment for a report that another job made without a token:
// mode comment, in a workflow_run job. The event, which GitHub writes, says what
// the comment is about; the report only what it says.
func relay(ctx context.Context, env environment, in inputs, log *logger) int {
	d := &comparison{env: env, in: in, log: log}
	if why := d.notRelayed(); why != "" {
		log.info("no comment is written: %s", why)
		return exitDone
	}
	var err error
	if d.event, err = readEvent(env.eventPath); err != nil {
		return stop(log, err)
	}
	if err := d.relayable(); err != nil {
		return stop(log, err)
	}
	if why := d.event.WorkflowRun.nothingToTell(); why != "" {
		log.info("no comment is written: %s", why)
		return exitDone
	}
	status := d.takeBundle()
	pull, err := d.relayedPull(ctx)
	if err == nil && pull != nil {
		err = d.relayTo(ctx, pull)
	}
	if err != nil {
		log.fail("", 0, "writing the comment: "+withHint(err))
		status = exitIncomplete
	}
	return status
}

// nothingToTell is for runs that were about something else, and for those that
// didn't run: one waits for approval, another was overtaken by a newer one.
func (r *workflowRun) nothingToTell() string {
	switch {
	case r.Event != "pull_request":
		return "the workflow ran for " + r.Event + ", not for pull_request"
	case slices.Contains([]string{"action_required", "cancelled", "skipped", "stale"}, r.Conclusion):
		return "the run ended as " + r.Conclusion
	}
	return ""
}

// takeBundle fills in the report. One that can't be used makes a comment that
// says so: an older one would look like news.
func (d *comparison) takeBundle() (status int) {
	var err error
	if d.report, err = readBundle(d.reportDir()); err != nil {
		d.log.fail("", 0, withHint(err))
		d.report, status = report.New(report.Run{Incomplete: withHint(err)}, nil), exitIncomplete
	}
	d.report.Repository = d.repositoryName()
	return status
}

// notRelayed is notPublished, as far as it holds here.
func (d *comparison) notRelayed() string {
	switch {
	case d.in.publish == "none":
		return "publish is none"
	case d.in.publish == "auto" && d.env.act:
		return "act runs this job, and publish is not comment"
	}
	return ""
}

// relayable says what a comment job lacks.
func (d *comparison) relayable() error {
	run := d.event.WorkflowRun
	switch {
	case d.env.eventName != "workflow_run" || run == nil:
		return fault.WithHint(fmt.Errorf("mode comment: expected the event workflow_run, found %q", d.env.eventName), "see docs/forks.md for both workflows")
	case d.in.token == "":
		return fault.WithHint(errors.New("mode comment: expected a token, found none"), "leave the input token at its default")
	case !checkout.IsSHA(run.HeadSHA):
		return fmt.Errorf("mode comment: expected a commit ID in workflow_run.head_sha, found %.80q", run.HeadSHA)
	case strings.Count(d.repositoryName(), "/") != 1:
		return fmt.Errorf("mode comment: expected the repository as owner/name, found %q", d.repositoryName())
	}
	return nil
}

// relayedPull finds the open pull request that the run was for, nil if there is
// none to write on. No number in the bundle counts, and no commit; its base
// branch only tells apart pull requests that have the run's head in common.
func (d *comparison) relayedPull(ctx context.Context) (*github.PullRequest, error) {
	api, err := d.client()
	if err != nil {
		return nil, err
	}
	run := d.event.WorkflowRun
	owner, repo, _ := strings.Cut(d.repositoryName(), "/")
	found, err := comment.Find(ctx, api, comment.Search{
		Owner: owner, Repo: repo, Head: run.HeadSHA, HeadRepo: run.HeadRepo.FullName, HeadBranch: run.HeadBranch,
	})
	if err != nil {
		return nil, err
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(p *github.PullRequest) bool { return p.GetBase().GetRef() != d.report.Base.Name })
	}
	if len(found) == 1 {
		return found[0], nil
	}
	d.log.info("no comment is written: expected one open pull request with the head %s, found %d", run.HeadSHA, len(found))
	return nil, nil
}

// relayTo writes the comment on one pull request.
func (d *comparison) relayTo(ctx context.Context, pull *github.PullRequest) error {
	run := d.event.WorkflowRun
	d.env.runID, d.env.runAttempt = run.ID, max(1, run.RunAttempt)
	d.plan.pullRequest, d.plan.pullHead = pull.GetNumber(), run.HeadSHA
	result, err := d.upsert(ctx)
	return d.published(result, err)
}
