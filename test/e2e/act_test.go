//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// TestAct runs the README's own workflow as a developer would. Nothing is
// published unless the workflow asks for it, though act takes a token from the
// gh command.
func TestAct(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		flags []string
		token bool
		with  string // more inputs of argoplan's step
		owner int    // of the workspace
		want  string
	}{
		{"copy, no token", nil, false, "", 0, "act runs this job, and publish is not comment"},
		{"copy, token of gh", nil, true, "", 0, "act runs this job, and publish is not comment"},
		{"bind, no token", []string{"--bind"}, false, "", 1234, "act runs this job, and publish is not comment"},
		{"bind, token of gh", []string{"--bind"}, true, "", 1234, "act runs this job, and publish is not comment"},
		{"asked to publish, no token", nil, false, "publish: comment", 0, "the input token is empty"},
		{"asked to publish", []string{"--bind"}, true, "publish: comment", 0, "writing the comment"},
	}
	for _, tt := range tests { // act names its containers after the job: one at a time
		t.Run(tt.name, func(t *testing.T) {
			a := newAct(t, tt.with)
			chown(t, a.repo.dir, tt.owner)
			got := a.run(tt.token, tt.flags...)
			for _, want := range []string{
				"4 Applications found, 4 of them affected by", tt.want,
				"uploaded argoplan-report: ./report.html", "uploaded argoplan-report: ./manifests/head/argocd/itsm.yaml", "Job succeeded",
			} {
				if !strings.Contains(got.log, want) {
					t.Errorf("want %q in the log", want)
				}
			}
			if got.status != 0 || strings.Contains(got.log, ghToken) {
				t.Errorf("exit status %d", got.status)
			}
			if asked := tt.with != "" && tt.token; asked != a.api.asked("Bearer "+ghToken) || !asked && a.api.count() > 0 {
				t.Errorf("requests to the API: %q", a.api.tokens)
			}
			if t.Failed() {
				t.Log(got.log)
			}
		})
	}
}

// ghToken is what the gh command of the test prints.
const ghToken = "CANARY-gh-token"

// act is one call of act in a repository.
type act struct {
	t     *testing.T
	repo  *repository
	dir   string // its caches, the event, the actions that it may use
	api   *api
	flags []string
}

func newAct(t *testing.T, with string) *act {
	t.Helper()
	a := &act{t: t, repo: newRepository(t, "itsm"), dir: shared(t), api: newAPI(t)}
	workflow := readmeWorkflow(t)
	inputs := "mirrors: https://charts.onwalk.net=" + charts(t)
	if with != "" {
		inputs += "\n          " + with
	}
	const step = "uses: argoplan/argoplan@v1\n"
	if strings.Count(workflow, step) != 1 {
		t.Fatalf("want one step of argoplan in\n%s", workflow)
	}
	a.repo.write(".github/workflows/argoplan.yaml", strings.Replace(workflow, step, step+"        with:\n          "+inputs+"\n", 1))
	r := newRunner(t, a.repo)
	a.flags = []string{"pull_request", "-e", filepath.Join(r.temp, "workflow/event.json"), "--env", "GITHUB_API_URL=" + a.api.url}
	a.action("argoplan/argoplan@v1", mustRead(t, filepath.Join(root, "action.yml")))
	upload := regexp.MustCompile(`uses: (actions/upload-artifact@[0-9a-f]{40}) `).FindStringSubmatch(workflow)
	if upload == nil {
		t.Fatalf("want a step that uploads the report in\n%s", workflow)
	}
	a.action(upload[1], uploadStub)
	// --rebuild=false takes this for the build of action.yml's Dockerfile.
	mustDocker(t, "tag", image(t), "act-argoplan-argoplan-v1-dockeraction:latest")
	return a
}

// uploadStub stands for actions/upload-artifact, which needs Node.js and GitHub's
// artifact service: it lists what it was given.
const uploadStub = `name: upload-artifact
inputs:
  name: {required: true}
  path: {required: true}
  if-no-files-found: {default: warn}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", DIR: "${{ inputs.path }}"}
      run: |
        cd "$DIR" && find . -type f | sort | sed "s/^/uploaded $NAME: /"
`

// action has act use a local directory for an action.
func (a *act) action(name, definition string) {
	a.t.Helper()
	dir := filepath.Join(a.dir, strings.ReplaceAll(name, "/", "-"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "action.yml"), []byte(definition), 0o644); err != nil {
		a.t.Fatal(err)
	}
	a.flags = append(a.flags, "--local-repository", name+"="+dir)
}

// run runs the workflow. A token is one that the developer's gh command knows.
func (a *act) run(token bool, flags ...string) result {
	a.t.Helper()
	path := os.Getenv("PATH")
	if token {
		bin := filepath.Join(a.dir, "bin")
		if err := os.Mkdir(bin, 0o755); err != nil {
			a.t.Fatal(err)
		}
		script := "#!/bin/sh\n[ \"$1 $2\" = 'auth token' ] && echo " + ghToken + "\n"
		if err := os.WriteFile(filepath.Join(bin, "gh"), []byte(script), 0o755); err != nil {
			a.t.Fatal(err)
		}
		path = bin + ":" + path
	}
	cmd := exec.Command("act", append(append(a.flags,
		"-P", "ubuntu-latest=debian:bookworm-slim", "--pull=false", "--rebuild=false", "--action-offline-mode", "--no-cache-server", "--rm"), flags...)...)
	cmd.Dir = a.repo.dir
	cmd.Env = []string{"PATH=" + path, "HOME=" + a.dir, "XDG_CACHE_HOME=" + filepath.Join(a.dir, "cache"), "XDG_CONFIG_HOME=" + filepath.Join(a.dir, "config")}
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+host)
	}
	return command(a.t, cmd)
}

// readmeWorkflow is the workflow that the README tells users to copy.
func readmeWorkflow(t *testing.T) string {
	t.Helper()
	for _, block := range strings.Split(mustRead(t, filepath.Join(root, "README.md")), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		if strings.Contains(block, "uses: argoplan/argoplan@") {
			return block
		}
	}
	t.Fatal("README.md has no workflow")
	return ""
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// api stands for GitHub's REST API: it knows nothing and remembers who asked.
type api struct {
	url    string
	mu     sync.Mutex
	tokens []string
}

func newAPI(t *testing.T) *api {
	t.Helper()
	a := &api{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.tokens = append(a.tokens, r.Header.Get("Authorization"))
		http.Error(w, `{"message": "Not Found"}`, http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

func (a *api) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.tokens)
}

func (a *api) asked(token string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.tokens {
		if t == token {
			return true
		}
	}
	return false
}
