//go:build e2e

package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// runner starts the image as GitHub's runner starts the container of a docker
// action: the same mounts, the same working directory, the same variables.
type runner struct {
	t         *testing.T
	workspace string // on the host
	// temp holds what the runner mounts beside the workspace: home, workflow,
	// file_commands, runner_temp.
	temp  string
	env   map[string]string
	flags []string // more of docker run
	// readOnly mounts the workspace so.
	readOnly bool
}

// commandFiles are the runner's file commands, by variable.
var commandFiles = map[string]string{
	"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "GITHUB_ENV": "env", "GITHUB_PATH": "path", "GITHUB_STATE": "state",
}

// canaries are secrets that a job has. Nobody may find one anywhere.
var canaries = map[string]string{
	"INPUT_TOKEN": "CANARY-token", "GITHUB_TOKEN": "CANARY-job", "ACTIONS_RUNTIME_TOKEN": "CANARY-runtime",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "CANARY-oidc",
}

// newRunner prepares a step of a pull request's job in the repository.
func newRunner(t *testing.T, repo *repository) *runner {
	t.Helper()
	r := &runner{t: t, workspace: repo.dir, temp: shared(t)}
	r.env = map[string]string{
		"HOME": "/github/home", "CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": "/github/runner_temp",
		"GITHUB_WORKSPACE": "/github/workspace", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "/github/workflow/event.json",
		"GITHUB_REPOSITORY": project, "GITHUB_SHA": repo.sha, "GITHUB_REF": "refs/pull/7/merge",
		"GITHUB_SERVER_URL": "https://github.com", "GITHUB_API_URL": "http://127.0.0.1:1", // nobody listens
		"GITHUB_WORKFLOW": "argoplan", "GITHUB_JOB": "argoplan", "GITHUB_RUN_ID": "1", "GITHUB_RUN_ATTEMPT": "1",
		"ACTIONS_RUNTIME_URL": "http://127.0.0.1:1", "INPUT_PUBLISH": "none", "INPUT_MIRRORS": "https://charts.onwalk.net=" + charts(t),
	}
	maps.Copy(r.env, canaries)
	for _, dir := range []string{"home", "workflow", "file_commands", "runner_temp"} {
		r.mkdir(dir)
	}
	for variable, file := range commandFiles {
		r.write("file_commands/"+file, "")
		r.env[variable] = "/github/file_commands/" + file
	}
	r.event(pullRequest(7, repo, project))
	return r
}

// pullRequest is the payload of a pull request from the repository itself.
func pullRequest(number int, repo *repository, name string) map[string]any {
	full := map[string]any{"full_name": name, "default_branch": "main"}
	return map[string]any{
		"number": number,
		"pull_request": map[string]any{
			"number": number,
			"head":   map[string]any{"ref": "feature", "sha": repo.head, "repo": full},
			"base":   map[string]any{"ref": "main", "sha": repo.base, "repo": full},
		},
		"repository": full,
	}
}

// event writes the payload.
func (r *runner) event(payload any) {
	r.t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		r.t.Fatal(err)
	}
	r.write("workflow/event.json", string(data))
}

// run starts the container and waits for its end.
func (r *runner) run(args ...string) result {
	r.t.Helper()
	return docker(r.t, append(append([]string{"run", "--rm"}, r.arguments()...), args...)...)
}

// arguments are those of docker run, the image included.
func (r *runner) arguments() []string {
	workspace := r.workspace + ":/github/workspace"
	if r.readOnly {
		workspace += ":ro"
	}
	args := []string{"--network", "host", "--workdir", "/github/workspace", "-v", workspace}
	for _, dir := range []string{"home", "workflow", "file_commands", "runner_temp"} {
		args = append(args, "-v", filepath.Join(r.temp, dir)+":/github/"+dir)
	}
	for _, name := range slices.Sorted(maps.Keys(r.env)) {
		args = append(args, "-e", name+"="+r.env[name])
	}
	return append(append(args, r.flags...), image(r.t))
}

// read gives a file of the runner's, "" if there is none.
func (r *runner) read(name string) string {
	data, _ := os.ReadFile(filepath.Join(r.temp, name))
	return string(data)
}

func (r *runner) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.temp, name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		r.t.Fatal(err)
	}
}

func (r *runner) mkdir(name string) {
	r.t.Helper()
	path := filepath.Join(r.temp, name)
	if err := os.Mkdir(path, 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Chmod(path, 0o777); err != nil {
		r.t.Fatal(err)
	}
}

// charts serves the Helm repository of the tests and gives its URL. Containers
// in the host's network reach it.
func charts(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(root, "testdata/helm-repository/served"))))
	t.Cleanup(server.Close)
	return server.URL
}

// owner is what chown and docker's --user take.
func owner(uid int) string { return strconv.Itoa(uid) + ":" + strconv.Itoa(uid) }
