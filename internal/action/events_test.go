package action

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/githubtest"
	"github.com/argoplan/argoplan/internal/report"
)

// history names the commits of a repository in which main went on after the
// branch had left it.
type commits struct{ fork, main, branch, merge string }

// advanced makes dir such a repository, at the merge commit.
func advanced(t *testing.T, dir string) commits {
	t.Helper()
	mergeCommit(t, dir)
	runGit(t, dir, "checkout", "-q", "main")
	c := commits{fork: runGit(t, dir, "rev-parse", "main"), branch: runGit(t, dir, "rev-parse", "feature")}
	write(t, filepath.Join(dir, "web/more.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: others}\n")
	commitAll(t, dir, "others")
	c.main = runGit(t, dir, "rev-parse", "main")
	runGit(t, dir, "checkout", "-q", "--detach")
	runGit(t, dir, "merge", "-q", "--no-ff", "-m", "merge", "feature")
	c.merge = runGit(t, dir, "rev-parse", "HEAD")
	return c
}

// TestEvents runs the command for each event, and looks at what it compared.
// Whatever is compared, what others did meanwhile is never shown as a change.
func TestEvents(t *testing.T) {
	t.Parallel()
	const repository = `"repository":{"full_name":"octo/shop","default_branch":"main"}`
	pull := func(head string) string {
		return `{"number":7,"pull_request":{"number":7,"head":{"ref":"feature","sha":"BRANCH","repo":{"full_name":"` + head + `"}},"base":{"ref":"main","sha":"FORK"}},` + repository + `}`
	}
	zeros := strings.Repeat("0", 40)
	for name, test := range map[string]struct {
		event, payload, at string // at is what is checked out
		base, head         string
		status             int
		comment            bool
	}{
		"pull_request":                       {"pull_request", pull("octo/shop"), "MERGE", "MAIN", "MERGE", 0, true},
		"pull_request, branch checked out":   {"pull_request", pull("octo/shop"), "BRANCH", "FORK", "BRANCH", 0, true},
		"pull_request of a fork":             {"pull_request", pull("eve/shop"), "MERGE", "MAIN", "MERGE", 0, true},
		"merge_group":                        {"merge_group", `{"merge_group":{"head_sha":"MERGE","base_sha":"MAIN","base_ref":"refs/heads/main"},` + repository + `}`, "MERGE", "MAIN", "MERGE", 0, false},
		"push":                               {"push", `{"before":"MAIN","after":"MERGE","ref":"refs/heads/main",` + repository + `}`, "MERGE", "MAIN", "MERGE", 0, false},
		"push of a new branch":               {"push", `{"before":"` + zeros + `","after":"BRANCH","ref":"refs/heads/feature",` + repository + `}`, "BRANCH", "FORK", "BRANCH", 0, false},
		"push of a tag":                      {"push", `{"before":"` + zeros + `","after":"BRANCH","ref":"refs/tags/v1",` + repository + `}`, "BRANCH", "FORK", "BRANCH", 0, false},
		"workflow_dispatch":                  {"workflow_dispatch", `{"inputs":{},` + repository + `}`, "BRANCH", "FORK", "BRANCH", 0, false},
		"schedule":                           {"schedule", `{"schedule":"0 0 * * *",` + repository + `}`, "MAIN", "MAIN", "MAIN", 0, false},
		"pull_request_target":                {"pull_request_target", pull("octo/shop"), "MAIN", "", "", 2, true},
		"pull_request_target, checked out":   {"pull_request_target", pull("octo/shop"), "MERGE", "MAIN", "MERGE", 0, true},
		"pull_request_target of a fork":      {"pull_request_target", pull("eve/shop"), "MERGE", "", "", 2, true},
		"workflow_run":                       {"workflow_run", `{"workflow_run":{"head_repository":{"full_name":"octo/shop"}},` + repository + `}`, "MAIN", "", "", 2, false},
		"workflow_run of a fork":             {"workflow_run", `{"workflow_run":{"head_repository":{"full_name":"eve/shop"}},` + repository + `}`, "MAIN", "", "", 2, false},
		"issue_comment on a pull request":    {"issue_comment", `{"issue":{"pull_request":{}},` + repository + `}`, "MERGE", "", "", 2, false},
		"issue_comment on an issue":          {"issue_comment", `{"issue":{},` + repository + `}`, "BRANCH", "FORK", "BRANCH", 0, false},
		"repository_dispatch":                {"repository_dispatch", `{` + repository + `}`, "BRANCH", "FORK", "BRANCH", 0, false},
		"no event, as in another kind of CI": {"", `{}`, "BRANCH", "FORK", "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := githubtest.New(t)
			r := newRunner(t, api, test.event, nil)
			c := advanced(t, r.workspace)
			api.SetHead(c.branch)
			names := strings.NewReplacer("FORK", c.fork, "MAIN", c.main, "BRANCH", c.branch, "MERGE", c.merge)
			write(t, r.env["GITHUB_EVENT_PATH"], names.Replace(test.payload))
			runGit(t, r.workspace, "checkout", "-q", "--detach", names.Replace(test.at))
			with := map[string]any{"report-dir": "argoplan-report"}
			if test.event == "" {
				delete(r.env, "GITHUB_ACTIONS")
				runGit(t, r.workspace, "update-ref", "refs/remotes/origin/main", c.main)
				runGit(t, r.workspace, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
			}
			if status := r.use(step{With: with}); status != test.status || len(api.Comments()) > 0 != test.comment {
				t.Errorf("exit status %d, want %d; %d comments\n%s", status, test.status, len(api.Comments()), &r.log)
			}
			var got report.Report
			data, err := os.ReadFile(filepath.Join(r.workspace, "argoplan-report", "report.json"))
			if err == nil {
				err = json.Unmarshal(data, &got)
			}
			if err != nil || (got.Incomplete != "") != (test.status != 0) || strings.Contains(string(data), "others") {
				t.Errorf("%v\n%s", err, data)
			}
			if test.status == 0 && (got.Base.SHA != names.Replace(test.base) || got.Head.SHA != names.Replace(test.head)) {
				t.Errorf("compared %+v with %+v, want %s with %s", got.Base, got.Head, test.base, test.head)
			}
		})
	}
}

// TestRequiredCheck: the exit status is the check. It is the same in a merge
// queue, green where nothing is affected, and red words are never green.
func TestRequiredCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text string
		flags      map[string]any
		status     int
		says       string
	}{
		"nothing is affected": {"README.md", "hi", nil, 0, "no changes"},
		"changes":             {"web/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n", nil, 0, "1 of 1 Application changes"},
		"changes that fail":   {"web/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n", map[string]any{"fail-on": "changes"}, 3, "1 of 1 Application changes"},
		"a failure":           {"web/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n", nil, 1, "failed to render"},
		"bad input":           {"README.md", "hi", map[string]any{"base-ref": "gone"}, 2, "incomplete run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range shop {
				write(t, filepath.Join(dir, file), text)
			}
			runGit(t, dir, "init", "-q", "-b", "main")
			commitAll(t, dir, "base")
			runGit(t, dir, "checkout", "-q", "-b", "feature")
			write(t, filepath.Join(dir, test.file), test.text)
			commitAll(t, dir, "head")
			runGit(t, dir, "checkout", "-q", "--detach", "main")
			runGit(t, dir, "merge", "-q", "--no-ff", "-m", "merge", "feature")
			queued := map[string]any{"merge_group": map[string]any{"head_sha": runGit(t, dir, "rev-parse", "HEAD"), "base_sha": runGit(t, dir, "rev-parse", "main"),
				"base_ref": "refs/heads/main"}, "repository": forkless()["repository"]}
			for event, payload := range map[string]any{"pull_request": forkless(), "merge_group": queued} {
				api := githubtest.New(t)
				r := newRunner(t, api, event, payload)
				if err := os.CopyFS(r.workspace, os.DirFS(dir)); err != nil {
					t.Fatal(err)
				}
				if status := r.use(step{With: test.flags}); status != test.status {
					t.Errorf("%s: exit status %d, want %d\n%s", event, status, test.status, &r.log)
				}
				summary, err := os.ReadFile(r.env["GITHUB_STEP_SUMMARY"])
				text := string(summary)
				for _, c := range api.Comments() {
					text += c.Body
				}
				if err != nil || !strings.Contains(text, test.says) || test.says != "no changes" && strings.Contains(text, "no changes") {
					t.Errorf("%s: %v, want %q in\n%s", event, err, test.says, text)
				}
				if (len(api.Comments()) == 1) != (event == "pull_request") || len(api.Comments()) > 1 {
					t.Errorf("%s: %d comments", event, len(api.Comments()))
				}
			}
		})
	}
}
