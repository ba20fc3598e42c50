package action

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

// TestUntrusted says for every kind of event whose code it is about, and
// whether argoplan renders it.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	pull := func(head string) string {
		return `{"number":7,"pull_request":{"number":7,"head":{"repo":` + head + `}},"repository":{"full_name":"octo/shop"}}`
	}
	run := func(head string) string {
		return `{"workflow_run":{"head_repository":` + head + `},"repository":{"full_name":"octo/shop"}}`
	}
	const (
		own, fork = `{"full_name":"octo/shop"}`, `{"full_name":"eve/shop"}`
		plain     = `{"repository":{"full_name":"octo/shop"}}`
	)
	for i, test := range []struct {
		event, payload     string
		untrusted, refused bool
	}{
		{"pull_request", pull(own), false, false},
		{"pull_request", pull(`{"full_name":"Octo/Shop"}`), false, false},
		{"pull_request", pull(fork), true, false},
		{"pull_request", pull("null"), true, false}, // the fork was deleted
		{"pull_request", pull(`{"full_name":"octo/shop2"}`), true, false},
		{"pull_request", plain, true, false}, // no payload to trust
		{"pull_request_review", pull(fork), true, false},
		{"pull_request_target", pull(own), false, false},
		{"pull_request_target", pull(fork), true, true},
		{"pull_request_target", pull("null"), true, true},
		{"pull_request_target", plain, true, true},
		{"workflow_run", run(own), false, false},
		{"workflow_run", run(fork), true, true},
		{"workflow_run", run("null"), true, true},
		{"workflow_run", plain, true, true},
		{"issue_comment", `{"issue":{"pull_request":{}},"repository":{"full_name":"octo/shop"}}`, true, true},
		{"issue_comment", `{"issue":{},"repository":{"full_name":"octo/shop"}}`, false, false},
		{"merge_group", plain, false, false},
		{"push", plain, false, false},
		{"workflow_dispatch", plain, false, false},
		{"schedule", "{}", false, false},
		{"", "{}", false, false}, // at a terminal
	} {
		t.Run(fmt.Sprint(i, " ", test.event), func(t *testing.T) {
			t.Parallel()
			var e event
			if err := json.Unmarshal([]byte(test.payload), &e); err != nil {
				t.Fatal(err)
			}
			env := environment{eventName: test.event, repository: "octo/shop"}
			if got := untrusted(env, e); got != test.untrusted {
				t.Errorf("untrusted: %v, want %v", got, test.untrusted)
			}
			err := permitted(env, e, inputs{})
			if (err != nil) != test.refused || err != nil && !strings.Contains(fault.HintOf(err), "allow-untrusted-code") {
				t.Errorf("got %v, want refused: %v", err, test.refused)
			}
			if err := permitted(env, e, inputs{allowUntrusted: true}); err != nil {
				t.Errorf("allowed, and still: %v", err)
			}
		})
	}
}

// TestUntrustedWithoutRepository: a payload that doesn't say whose repository
// this is can't vouch for anybody.
func TestUntrustedWithoutRepository(t *testing.T) {
	t.Parallel()
	var e event
	if err := json.Unmarshal([]byte(`{"pull_request":{"head":{}}}`), &e); err != nil {
		t.Fatal(err)
	}
	if !untrusted(environment{eventName: "pull_request"}, e) {
		t.Error("a pull request from nowhere to nowhere is trusted")
	}
}
