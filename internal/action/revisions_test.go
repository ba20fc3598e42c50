package action

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/report"
)

// fakeHistory is a repository whose commits are named by letters: "b" is the
// base branch, "f" the feature, "m" their merge, "p" where f left b.
type fakeHistory struct {
	checkedOut    string
	defaultBranch string
	shallow       bool
}

func (h fakeHistory) Resolve(_ context.Context, rev string) (string, error) {
	if rev == "HEAD" {
		return h.checkedOut, nil
	}
	return rev, nil
}

func (h fakeHistory) Parent(_ context.Context, sha string, n int) (string, error) {
	if parents := map[string]string{"m": "bf", "f": "p", "x": "pb"}[sha]; n <= len(parents) {
		return parents[n-1 : n], nil
	}
	return "", errors.New("no such parent")
}

func (h fakeHistory) MergeBase(_ context.Context, a, b string) (string, error) {
	if h.shallow {
		return "", errors.New("the history is cut off")
	}
	return "p", nil
}

func (h fakeHistory) DefaultBranch(context.Context) (string, error) { return h.defaultBranch, nil }

func (h fakeHistory) Ensure(_ context.Context, rev string) (string, error) {
	if rev == "gone" {
		return "", errors.New("no such revision")
	}
	return strings.TrimPrefix(rev, "sha-of-"), nil
}

func pullRequestEvent() event {
	var e event
	e.Number = 7
	e.Repository.DefaultBranch = "main"
	e.PullRequest = &struct {
		Number int      `json:"number"`
		Head   eventRef `json:"head"`
		Base   eventRef `json:"base"`
	}{Number: 7, Head: eventRef{Ref: "feature", SHA: "f"}, Base: eventRef{Ref: "main", SHA: "b"}}
	return e
}

func TestChoose(t *testing.T) {
	t.Parallel()
	var group, push, branch, none event
	group.MergeGroup = &struct {
		HeadSHA string `json:"head_sha"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	}{"m", "b", "refs/heads/main"}
	push.Before, push.After, push.Ref = "b", "m", "refs/heads/main"
	branch.Before, branch.After, branch.Ref = strings.Repeat("0", 40), "f", "refs/heads/feature"
	branch.Repository.DefaultBranch = "main"
	tag, forced := branch, push
	tag.Ref, forced.Before = "refs/tags/v1", "gone"
	var scheduled event
	scheduled.Repository.DefaultBranch = "main"
	rev := func(name, sha string) report.Revision { return report.Revision{Name: name, SHA: sha} }
	for name, test := range map[string]struct {
		event   string
		payload event
		git     fakeHistory
		in      inputs
		want    plan
		err     string
	}{
		"pull request, merge commit": {
			event: "pull_request", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "m"},
			want: plan{base: rev("main", "b"), head: rev("#7", "m"), pullRequest: 7, pullHead: "f", baseBranch: "main", defaultBranch: "main"},
		},
		"pull request, its branch checked out": {
			event: "pull_request", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "f"},
			want: plan{base: rev("main", "p"), head: rev("#7", "f"), pullRequest: 7, pullHead: "f", baseBranch: "main", defaultBranch: "main"},
		},
		"pull request whose own head is a merge": {
			event: "pull_request", git: fakeHistory{checkedOut: "x"}, payload: func() event {
				e := pullRequestEvent()
				e.PullRequest.Head.SHA = "x"
				return e
			}(),
			want: plan{base: rev("main", "p"), head: rev("#7", "x"), pullRequest: 7, pullHead: "x", baseBranch: "main", defaultBranch: "main"},
		},
		"pull request, its branch checked out, history cut off": {
			event: "pull_request", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "f", shallow: true}, err: "cut off",
		},
		"pull request without payload": {event: "pull_request", err: "expected the event to hold a pull_request"},
		"pull_request_target":          {event: "pull_request_target", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "b"}, err: "nothing to compare"},
		"pull_request_target with refs": {
			event: "pull_request_target", payload: pullRequestEvent(), in: inputs{baseRef: "sha-of-b", headRef: "sha-of-f"},
			want: plan{base: rev("sha-of-b", "b"), head: rev("sha-of-f", "f"), pullRequest: 7, pullHead: "f", baseBranch: "sha-of-b", defaultBranch: "main"},
		},
		"merge queue": {
			event: "merge_group", payload: group,
			want: plan{base: rev("main", "b"), head: rev("merge group", "m"), baseBranch: "main"},
		},
		"push": {
			event: "push", payload: push,
			want: plan{base: rev("main before the push", "b"), head: rev("main", "m"), baseBranch: "main"},
		},
		"push of a tag": {
			event: "push", payload: tag,
			want: plan{base: rev("main", "p"), head: rev("refs/tags/v1", "f"), baseBranch: "main", defaultBranch: "main"},
		},
		"push over what is gone": {event: "push", payload: forced, err: "no such revision"},
		"pull_request_target, merge commit checked out": {
			event: "pull_request_target", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "m"},
			want: plan{base: rev("main", "b"), head: rev("#7", "m"), pullRequest: 7, pullHead: "f", baseBranch: "main", defaultBranch: "main"},
		},
		"pull_request_target, its branch checked out": {
			event: "pull_request_target", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "f"},
			want: plan{base: rev("main", "p"), head: rev("#7", "f"), pullRequest: 7, pullHead: "f", baseBranch: "main", defaultBranch: "main"},
		},
		"pull_request_target, another merge checked out": {
			event: "pull_request_target", payload: pullRequestEvent(), git: fakeHistory{checkedOut: "x"}, err: "nothing to compare",
		},
		"pull_request_target without payload": {event: "pull_request_target", err: "expected the event to hold a pull_request"},
		"workflow_run":                        {event: "workflow_run", payload: branch, err: "nothing to compare"},
		"workflow_run with refs": {
			event: "workflow_run", payload: branch, in: inputs{baseRef: "main", headRef: "feature"},
			want: plan{base: rev("main", "main"), head: rev("feature", "feature"), baseBranch: "main", defaultBranch: "main"},
		},
		"workflow_dispatch on a branch": {
			event: "workflow_dispatch", payload: scheduled, git: fakeHistory{checkedOut: "f"},
			want: plan{base: rev("main", "p"), head: rev("HEAD", "f"), baseBranch: "main", defaultBranch: "main"},
		},
		"workflow_dispatch with a base": {
			event: "workflow_dispatch", payload: scheduled, git: fakeHistory{checkedOut: "m"}, in: inputs{baseRef: "v1"},
			want: plan{base: rev("v1", "v1"), head: rev("HEAD", "m"), baseBranch: "v1", defaultBranch: "main"},
		},
		"schedule": {
			event: "schedule", git: fakeHistory{checkedOut: "f", defaultBranch: "main"},
			want: plan{base: rev("main", "p"), head: rev("HEAD", "f"), baseBranch: "main", defaultBranch: "main"},
		},
		"schedule, default branch unknown": {event: "schedule", git: fakeHistory{checkedOut: "f"}, err: "expected base-ref"},
		"an event that nobody knows": {
			event: "carrier_pigeon", payload: scheduled, git: fakeHistory{checkedOut: "f"},
			want: plan{base: rev("main", "p"), head: rev("HEAD", "f"), baseBranch: "main", defaultBranch: "main"},
		},
		"push of a new branch": {
			event: "push", payload: branch,
			want: plan{base: rev("main", "p"), head: rev("feature", "f"), baseBranch: "feature", defaultBranch: "main"},
		},
		"two refs": {
			in:   inputs{baseRef: "origin/main", headRef: "feature"},
			want: plan{base: rev("origin/main", "origin/main"), head: rev("feature", "feature"), baseBranch: "main"},
		},
		"base ref and a base branch": {
			in:   inputs{baseRef: "v1", headRef: "feature", baseBranch: "release"},
			want: plan{base: rev("v1", "v1"), head: rev("feature", "feature"), baseBranch: "release"},
		},
		"base ref alone is against the working tree": {
			in:   inputs{baseRef: "main"},
			want: plan{base: rev("main", "main"), head: rev("working tree", ""), workingTree: true, baseBranch: "main"},
		},
		"head ref alone": {
			in: inputs{headRef: "feature"}, err: "expected base-ref",
		},
		"a ref that is not there": {in: inputs{baseRef: "gone"}, err: "no such revision"},
		"nothing, at a terminal": {
			git:  fakeHistory{checkedOut: "f", defaultBranch: "main"},
			want: plan{base: rev("main", "p"), head: rev("working tree", ""), workingTree: true, baseBranch: "main", defaultBranch: "main"},
		},
		"nothing, and no default branch": {payload: none, err: "expected base-ref"},
		"a pull request named by the input": {
			in:   inputs{baseRef: "main", headRef: "feature", pullRequest: 12},
			want: plan{base: rev("main", "main"), head: rev("feature", "feature"), pullRequest: 12, baseBranch: "main"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := choose(t.Context(), test.git, environment{eventName: test.event, actions: test.event != ""}, test.payload, test.in)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q in it", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(plan{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
