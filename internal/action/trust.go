package action

import (
	"errors"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// untrusted is true if the code of this run may be by somebody who can't write
// to the repository: a pull request from a fork, or one whose origin the event
// doesn't tell. Outside of Actions it is false: there a person chose the code.
func untrusted(env environment, e event) bool {
	own := firstOf(e.Repository.FullName, env.repository)
	switch {
	case e.PullRequest != nil: // a deleted fork has no name, and is not ours
		return own == "" || !strings.EqualFold(e.PullRequest.Head.Repo.FullName, own)
	case e.WorkflowRun != nil:
		return own == "" || !strings.EqualFold(e.WorkflowRun.HeadRepo.FullName, own)
	case e.Issue != nil:
		return e.Issue.PullRequest != nil // a comment on it; the payload has no head
	}
	// A pull request event without a pull request.
	return strings.HasPrefix(env.eventName, "pull_request") || env.eventName == "workflow_run"
}

// unprivileged are the events whose runs get no secrets and a read-only token
// if a fork caused them.
var unprivileged = []string{"pull_request", "pull_request_review", "pull_request_review_comment", "merge_group", "push", ""}

// permitted refuses to render a stranger's code where the job holds secrets and
// a token that can write.
func permitted(env environment, e event, in inputs) error {
	if in.allowUntrusted || slices.Contains(unprivileged, env.eventName) || !untrusted(env, e) {
		return nil
	}
	return fault.WithHint(
		errors.New(env.eventName+" runs with the repository's own secrets and token, and this pull request may be from a fork: its code is not rendered"),
		"use the pull_request event, and docs/forks.md for the comment; or set allow-untrusted-code if this job holds nothing worth stealing")
}
