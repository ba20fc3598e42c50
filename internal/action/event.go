package action

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/argoplan/argoplan/internal/fault"
)

// event is what a run needs of the webhook payload in GITHUB_EVENT_PATH.
type event struct {
	Number      int `json:"number"`
	PullRequest *struct {
		Number int      `json:"number"`
		Head   eventRef `json:"head"`
		Base   eventRef `json:"base"`
	} `json:"pull_request"`
	MergeGroup *struct {
		HeadSHA string `json:"head_sha"`
		BaseSHA string `json:"base_sha"`
		BaseRef string `json:"base_ref"`
	} `json:"merge_group"`
	WorkflowRun *workflowRun `json:"workflow_run"`
	Issue       *struct {
		PullRequest *struct{} `json:"pull_request"` // nil for an issue
	} `json:"issue"`
	Before     string `json:"before"`
	After      string `json:"after"`
	Ref        string `json:"ref"`
	Repository struct {
		FullName      string `json:"full_name"`
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
}

// workflowRun is the run that a workflow_run event is about. GitHub fills it in:
// nothing of it is what that run's jobs claim, except the branch's name.
type workflowRun struct {
	ID         int64  `json:"id"`
	RunAttempt int64  `json:"run_attempt"`
	Event      string `json:"event"`
	Conclusion string `json:"conclusion"`
	HeadSHA    string `json:"head_sha"`
	HeadBranch string `json:"head_branch"`
	HeadRepo   struct {
		FullName string `json:"full_name"`
	} `json:"head_repository"`
}

// eventRef is one end of a pull request.
type eventRef struct {
	Ref  string `json:"ref"`
	SHA  string `json:"sha"`
	Repo struct {
		FullName string `json:"full_name"`
	} `json:"repo"`
}

// readEvent reads the payload. Outside of Actions there is none, and that is
// no error.
func readEvent(path string) (event, error) {
	var e event
	if path == "" {
		return e, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return e, fmt.Errorf("reading the event: %w", err)
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return e, fault.WithHint(fmt.Errorf("reading the event %s: %w", path, err),
			"GITHUB_EVENT_PATH must name the JSON payload of the event")
	}
	return e, nil
}

// pullRequest gives the number of the pull request, 0 if the event has none.
func (e event) pullRequest() int {
	if e.PullRequest == nil {
		return 0
	}
	return max(e.Number, e.PullRequest.Number)
}

// errNoPullRequest is for a pull request event without its payload.
var errNoPullRequest = errors.New("expected the event to hold a pull_request, found none")
