package action

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// runner is a job on a runner of its own: a workspace, an event, a token.
type runner struct {
	t         *testing.T
	workspace string
	env       map[string]string
	log       bytes.Buffer
}

// newRunner begins a job for an event.
func newRunner(t *testing.T, api *githubtest.Server, event string, payload any) *runner {
	t.Helper()
	r := &runner{t: t, workspace: t.TempDir()}
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	files := t.TempDir()
	write(t, filepath.Join(files, "event.json"), string(data))
	path := testEnvironment(t)("PATH")
	r.env = map[string]string{
		"PATH": path, "GITHUB_ACTIONS": "true", "GITHUB_API_URL": api.URL(), "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": filepath.Join(files, "event.json"),
		"GITHUB_REPOSITORY": "octo/shop", "GITHUB_WORKSPACE": r.workspace, "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "1",
		"GITHUB_WORKFLOW": "argoplan", "GITHUB_JOB": "argoplan", "GITHUB_OUTPUT": filepath.Join(files, "output"),
		"GITHUB_STEP_SUMMARY": filepath.Join(files, "summary"), "RUNNER_TEMP": t.TempDir(), "INPUT_TOKEN": "t0k3n",
	}
	return r
}

// use runs a step that uses argoplan, in the workspace.
func (r *runner) use(s step) (status int) {
	r.t.Helper()
	env := maps.Clone(r.env)
	for name, value := range s.With {
		env[inputVariable(name)] = fmt.Sprint(value)
	}
	r.log.Reset()
	return Main(r.t.Context(), []string{"--repo", r.workspace}, func(name string) string { return env[name] }, &r.log, &r.log)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// forkSHA is the head of the pull request from the fork, number 8.
const forkSHA = "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0"

// forkAPI has two pull requests: 7 is somebody else's.
func forkAPI(t *testing.T) *githubtest.Server {
	s := githubtest.New(t)
	s.SetToken("t0k3n")
	s.SetPulls(githubtest.Pull{Number: 7, Head: githubtest.Head, HeadRef: "feature", HeadRepo: "octo/shop", BaseRef: "main"},
		githubtest.Pull{Number: 8, Head: forkSHA, HeadRef: "fix", HeadRepo: "eve/shop", BaseRef: "main"})
	s.UnlinkCommits()
	return s
}

func forkRun() map[string]any {
	return map[string]any{
		"repository": map[string]any{"full_name": "octo/shop", "default_branch": "main"},
		"workflow_run": map[string]any{
			"id": 42, "run_attempt": 1, "event": "pull_request", "conclusion": "success", "head_sha": forkSHA, "head_branch": "fix",
			"head_repository": map[string]any{"full_name": "eve/shop"}, "pull_requests": []any{},
		},
	}
}

// TestForkWorkflows runs both workflows of docs/forks.md, one after the other.
func TestForkWorkflows(t *testing.T) {
	t.Parallel()
	documented := workflows(t, "docs/forks.md")
	api := forkAPI(t)
	first, use := documented[0].only(t)
	if len(first.Permissions) != 1 || first.Permissions["contents"] != "read" {
		t.Errorf("the first job may do more than read: %v", first.Permissions)
	}
	upload := find(t, first.Steps, "upload-artifact")
	render := newRunner(t, api, "pull_request", map[string]any{
		"number": 8, "repository": map[string]any{"full_name": "octo/shop", "default_branch": "main"},
		"pull_request": map[string]any{"number": 8, "head": map[string]any{"sha": forkSHA, "repo": map[string]any{"full_name": "eve/shop"}},
			"base": map[string]any{"ref": "main"}},
	})
	mergeCommit(t, render.workspace)
	if status := render.use(use); status != exitDone {
		t.Fatalf("exit status %d\n%s", status, &render.log)
	}
	if asked := api.Requests(); len(asked) != 0 {
		t.Errorf("mode render talked to the API: %v", asked)
	}

	second, use := documented[1].only(t)
	if second.Permissions["pull-requests"] != "write" || second.Permissions["actions"] != "read" || len(second.Permissions) != 2 {
		t.Errorf("the second job may do %v", second.Permissions)
	}
	for _, s := range second.Steps {
		if strings.HasPrefix(s.Uses, "actions/checkout@") {
			t.Error("the second job checks something out")
		}
	}
	download := find(t, second.Steps, "download-artifact")
	if download.With["name"] != upload.With["name"] || download.With["run-id"] != "${{ github.event.workflow_run.id }}" || !download.Continue {
		t.Errorf("the second job downloads %v", download.With)
	}
	if on, _ := documented[1].On["workflow_run"].(map[string]any); fmt.Sprint(on["workflows"]) != "["+documented[0].Name+"]" {
		t.Errorf("the second workflow waits for %v", on)
	}
	relay := newRunner(t, api, "workflow_run", forkRun())
	from, to := filepath.Join(render.workspace, fmt.Sprint(upload.With["path"])), filepath.Join(relay.workspace, fmt.Sprint(download.With["path"]))
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(to, "report.md"), "PWNED @everyone")
	for range 2 {
		if status := relay.use(use); status != exitDone {
			t.Fatalf("exit status %d\n%s", status, &relay.log)
		}
	}
	all := api.Comments()
	if len(all) != 1 || all[0].Number != 8 || len(api.Mutations()) != 1 {
		t.Fatalf("%d comments, %d requests that write, want one on 8: %v", len(all), len(api.Mutations()), all)
	}
	for _, want := range []string{"1 of 1 Application changes at `f0f0f0f`", "+ color: green", "head=" + forkSHA + " run=42.1", "/actions/runs/42/attempts/1"} {
		if !strings.Contains(all[0].Body, want) {
			t.Errorf("the comment lacks %q", want)
		}
	}
	if strings.Contains(all[0].Body, "PWNED") {
		t.Error("the bundle's Markdown was posted")
	}
}
