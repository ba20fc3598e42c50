package action

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// plan says which two revisions a run compares, and for which pull request.
type plan struct {
	base report.Revision
	head report.Revision
	// workingTree is true if head is what lies in the checkout, committed or
	// not; head.SHA is then empty.
	workingTree bool
	// pullRequest is 0 if there is none; pullHead is the head of its branch,
	// which a comment is about.
	pullRequest   int
	pullHead      string
	baseBranch    string
	defaultBranch string
}

// history is what choosing revisions needs of Git.
type history interface {
	// Resolve gives the full ID of the commit that rev names.
	Resolve(ctx context.Context, rev string) (string, error)
	// Parent gives the ID of the n-th parent, from 1, also one that a shallow
	// clone lacks. It fails if there are fewer.
	Parent(ctx context.Context, sha string, n int) (string, error)
	// MergeBase gives the newest common ancestor.
	MergeBase(ctx context.Context, a, b string) (string, error)
	// DefaultBranch gives the branch that origin/HEAD names, "" if unknown.
	DefaultBranch(ctx context.Context) (string, error)
	// Ensure fetches a commit that isn't there.
	Ensure(ctx context.Context, rev string) (string, error)
}

// choose picks base and head: what the inputs name, then what the event is
// about, then what a person at a terminal means.
func choose(ctx context.Context, git history, env environment, e event, in inputs) (plan, error) {
	p := plan{pullRequest: max(in.pullRequest, e.pullRequest())}
	err := p.findDefaultBranch(ctx, git, e)
	switch {
	case err != nil:
	case in.baseRef != "" || in.headRef != "":
		err = p.fromInputs(ctx, git, env, in)
	case env.eventName == "pull_request":
		err = p.fromPullRequest(ctx, git, e)
	case env.eventName == "pull_request_target":
		err = p.fromTarget(ctx, git, e)
	case env.eventName == "workflow_run":
		err = errWorkflowRun
	case env.eventName == "merge_group" && e.MergeGroup != nil:
		err = p.fromMergeGroup(ctx, git, e)
	case env.eventName == "push":
		err = p.fromPush(ctx, git, e)
	default:
		err = p.fromCheckout(ctx, git, env.actions)
	}
	if e.PullRequest != nil {
		p.pullHead = e.PullRequest.Head.SHA
	}
	p.baseBranch = firstOf(in.baseBranch, p.baseBranch, p.defaultBranch)
	return p, err
}

// findDefaultBranch asks the event, then the clone.
func (p *plan) findDefaultBranch(ctx context.Context, git history, e event) (err error) {
	if p.defaultBranch = e.Repository.DefaultBranch; p.defaultBranch == "" {
		p.defaultBranch, err = git.DefaultBranch(ctx)
	}
	return err
}

// errTarget: under pull_request_target the checkout is the base branch, so
// comparing it would always find nothing.
var errTarget = fault.WithHint(errors.New("pull_request_target checks out the base branch, not the pull request: there is nothing to compare"),
	"use the pull_request event, or name base-ref and head-ref")

// errWorkflowRun: the same holds here.
var errWorkflowRun = fault.WithHint(errors.New("workflow_run checks out the default branch, not what the run was about: there is nothing to compare"),
	"set mode: comment to write the comment of that run's report, see docs/forks.md; or name base-ref and head-ref")

// fromTarget is for a workflow that has itself checked out the pull request.
func (p *plan) fromTarget(ctx context.Context, git history, e event) error {
	if e.PullRequest == nil {
		return errNoPullRequest
	}
	head, err := git.Resolve(ctx, "HEAD")
	if err != nil {
		return err
	}
	second, err := git.Parent(ctx, head, 2)
	if head != e.PullRequest.Head.SHA && (err != nil || second != e.PullRequest.Head.SHA) {
		return errTarget
	}
	return p.fromPullRequest(ctx, git, e)
}

// fromInputs compares exactly the revisions that are named.
func (p *plan) fromInputs(ctx context.Context, git history, env environment, in inputs) (err error) {
	p.base.Name, p.head.Name = orDefault(in.baseRef, p.defaultBranch), in.headRef
	if p.base.Name == "" {
		return fault.WithHint(errors.New("expected base-ref, found only head-ref"), "name both revisions")
	}
	if p.base.SHA, err = git.Ensure(ctx, p.base.Name); err != nil {
		return err
	}
	if in.baseRef != "" && !checkout.IsSHA(in.baseRef) {
		p.baseBranch = strings.TrimPrefix(strings.TrimPrefix(in.baseRef, "refs/heads/"), "origin/")
	}
	if in.headRef == "" {
		return p.headOfCheckout(ctx, git, env.actions)
	}
	p.head.SHA, err = git.Ensure(ctx, in.headRef)
	return err
}

// headOfCheckout takes the commit in Actions, and the files as they are on a
// developer's machine.
func (p *plan) headOfCheckout(ctx context.Context, git history, actions bool) (err error) {
	if !actions {
		p.workingTree, p.head = true, report.Revision{Name: "working tree"}
		return nil
	}
	p.head.Name = "HEAD"
	p.head.SHA, err = git.Resolve(ctx, "HEAD")
	return err
}

// fromPullRequest prefers the merge commit, whose first parent is exactly what
// merging starts from. A checkout of the branch itself is compared with where
// it left the base.
func (p *plan) fromPullRequest(ctx context.Context, git history, e event) error {
	if e.PullRequest == nil {
		return errNoPullRequest
	}
	p.baseBranch = e.PullRequest.Base.Ref
	p.base.Name, p.head.Name = e.PullRequest.Base.Ref, fmt.Sprintf("#%d", e.pullRequest())
	head, err := git.Resolve(ctx, "HEAD")
	if err != nil {
		return err
	}
	p.head.SHA = head
	first, isMerge := mergedInto(ctx, git, head)
	if isMerge && head != e.PullRequest.Head.SHA {
		p.base.SHA, err = git.Ensure(ctx, first)
		return err
	}
	return p.fromBranchPoint(ctx, git, e.PullRequest.Base.SHA)
}

// mergedInto gives the first parent of a merge commit.
func mergedInto(ctx context.Context, git history, sha string) (first string, ok bool) {
	first, err := git.Parent(ctx, sha, 1)
	if err != nil {
		return "", false
	}
	_, err = git.Parent(ctx, sha, 2)
	return first, err == nil
}

// fromBranchPoint takes the merge base. Without the history that tells it, the
// base itself would show what others merged meanwhile as taken back: that is an
// error.
func (p *plan) fromBranchPoint(ctx context.Context, git history, base string) (err error) {
	if p.base.SHA, err = git.Ensure(ctx, base); err != nil {
		return err
	}
	p.base.SHA, err = git.MergeBase(ctx, p.base.SHA, p.head.SHA)
	return err
}

// fromMergeGroup compares a merge queue's group with what it is built on.
func (p *plan) fromMergeGroup(ctx context.Context, git history, e event) (err error) {
	p.baseBranch = strings.TrimPrefix(e.MergeGroup.BaseRef, "refs/heads/")
	p.base.Name, p.head.Name = p.baseBranch, "merge group"
	if p.base.SHA, err = git.Ensure(ctx, e.MergeGroup.BaseSHA); err != nil {
		return err
	}
	p.head.SHA, err = git.Ensure(ctx, e.MergeGroup.HeadSHA)
	return err
}

// fromPush compares a branch with what it was; a new branch with where it left
// the default branch.
func (p *plan) fromPush(ctx context.Context, git history, e event) (err error) {
	name, isBranch := strings.CutPrefix(e.Ref, "refs/heads/")
	if isBranch {
		p.baseBranch = name
	}
	p.base.Name, p.head.Name = name+" before the push", name
	if p.head.SHA, err = git.Ensure(ctx, e.After); err != nil {
		return err
	}
	if strings.Trim(e.Before, "0") == "" {
		p.base.Name = p.defaultBranch
		return p.fromBranchPoint(ctx, git, p.defaultBranch)
	}
	p.base.SHA, err = git.Ensure(ctx, e.Before)
	return err
}

// fromCheckout is for a person at a terminal, and for events that name no
// revisions: what is checked out, against where it left the default branch.
func (p *plan) fromCheckout(ctx context.Context, git history, actions bool) error {
	if p.defaultBranch == "" {
		return fault.WithHint(errors.New("expected base-ref: the event names no base, and the default branch is unknown"),
			"set base-ref, or run `git remote set-head origin --auto`")
	}
	if err := p.headOfCheckout(ctx, git, actions); err != nil {
		return err
	}
	p.base.Name = p.defaultBranch
	base, err := git.Ensure(ctx, p.defaultBranch)
	if err != nil {
		return err
	}
	head := p.head.SHA
	if p.workingTree {
		if head, err = git.Resolve(ctx, "HEAD"); err != nil {
			return err
		}
	}
	p.base.SHA, err = git.MergeBase(ctx, base, head)
	return err
}

// firstOf gives the first string that isn't empty.
func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
