package action

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// runMishap is one thing that goes wrong before the comment: in the repository,
// in a tool, on the disk. The run ends with a status that says so, and every
// place where a reader looks says it, too.
type runMishap struct {
	name    string
	arrange func(t *testing.T, r *runner)
	status  int
	log     string
	// report is what report.json must hold; lost is true if there can be none.
	report string
	lost   bool
	// comment is what the comment says; "" if there can be none.
	comment string
}

// TestRunFaults is the table of what may go wrong on the runner.
func TestRunFaults(t *testing.T) {
	t.Parallel()
	for _, m := range runMishaps() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			api := githubtest.New(t)
			r := newRunner(t, api, "pull_request", forkless())
			mergeCommit(t, r.workspace)
			api.SetHead(githubtest.Head)
			m.arrange(t, r)
			status := r.use(step{})
			if status != m.status || !strings.Contains(r.log.String(), m.log) || strings.Contains(r.log.String(), "panic") {
				t.Errorf("exit status %d, want %d and %q in\n%s", status, m.status, m.log, &r.log)
			}
			data, err := os.ReadFile(filepath.Join(r.workspace, "argoplan-report", "report.json"))
			if (err != nil) != m.lost || !strings.Contains(string(data), m.report) {
				t.Errorf("report.json: %v, want %q in\n%.2000s", err, m.report, data)
			}
			m.check(t, api.Comments())
		})
	}
}

// check holds the comment against the status: a failed run never looks fine.
func (m runMishap) check(t *testing.T, all []githubtest.Comment) {
	t.Helper()
	if (len(all) == 1) != (m.comment != "") {
		t.Fatalf("%d comments, want %q: %.500v", len(all), m.comment, all)
	}
	if len(all) == 0 {
		return
	}
	body := all[0].Body
	if !strings.Contains(body, m.comment) || m.status != 0 && (strings.Contains(body, "no changes") || strings.Contains(body, "no Application found")) {
		t.Errorf("want %q in\n%.3000s", m.comment, body)
	}
}

// forkless is a pull request from the repository itself.
func forkless() map[string]any {
	return map[string]any{
		"number": 7, "repository": map[string]any{"full_name": "octo/shop", "default_branch": "main"},
		"pull_request": map[string]any{"number": 7, "base": map[string]any{"ref": "main", "sha": strings.Repeat("b", 40)},
			"head": map[string]any{"sha": githubtest.Head, "repo": map[string]any{"full_name": "octo/shop"}}},
	}
}

// runMishaps lists them.
func runMishaps() []runMishap {
	return append(append(historyMishaps(), eventMishaps()...), append(diskMishaps(), toolMishaps()...)...)
}

const changes, incomplete = "1 of 1 Application changes", "incomplete run"

// historyMishaps are about commits that are not there.
func historyMishaps() []runMishap {
	event := func(name, payload string) func(*testing.T, *runner) {
		return func(t *testing.T, r *runner) {
			r.env["GITHUB_EVENT_NAME"] = name
			write(t, r.env["GITHUB_EVENT_PATH"], payload)
		}
	}
	gone := strings.Repeat("1", 40)
	cut := func(t *testing.T, r *runner) { // as a clone of depth 1, whose origin is out of reach
		write(t, filepath.Join(r.workspace, ".git", "shallow"), runGit(t, r.workspace, "rev-parse", "HEAD")+"\n")
		runGit(t, r.workspace, "branch", "-q", "-D", "main", "feature")
		runGit(t, r.workspace, "reflog", "expire", "--expire=now", "--all")
		runGit(t, r.workspace, "gc", "-q", "--prune=now")
	}
	return []runMishap{
		{"nothing", func(*testing.T, *runner) {}, 0, "comment written", `"changed": 1`, false, changes},
		{"base commit gone after a force push", event("push", `{"before":"`+gone+`","after":"HEAD","ref":"refs/heads/main"}`), 2, "fetch-depth", gone, false, ""},
		{"head commit gone", event("push", `{"before":"HEAD","after":"`+gone+`","ref":"refs/heads/main"}`), 2, "fetch-depth", gone, false, ""},
		{"merge group gone", event("merge_group", `{"merge_group":{"base_sha":"`+gone+`","head_sha":"HEAD"}}`), 2, "fetch-depth", gone, false, ""},
		{"clone too shallow, no remote", cut, 2, "fetch-depth", "which the clone does not have", false, incomplete},
		{"clone too shallow, remote out of reach", func(t *testing.T, r *runner) {
			cut(t, r)
			runGit(t, r.workspace, "remote", "add", "origin", "https://127.0.0.1:1/octo/shop")
		}, 2, "fetch-depth", "which the clone does not have", false, incomplete},
		{"branch without a common ancestor", func(t *testing.T, r *runner) {
			runGit(t, r.workspace, "checkout", "-q", "--orphan", "alone")
			commitAll(t, r.workspace, "alone")
			write(t, r.env["GITHUB_EVENT_PATH"], strings.Replace(payload(t, forkless()), strings.Repeat("b", 40), runGit(t, r.workspace, "rev-parse", "main"), 1))
		}, 2, "fetch-depth: 0", "common ancestor", false, incomplete},
		{"default branch unknown", event("schedule", "{}"), 2, "expected base-ref", "expected base-ref", false, ""},
		{"nothing to compare with", event("workflow_dispatch", `{"repository":{"default_branch":"HEAD"}}`), 0, "the same commit", "the same commit", false, ""},
		{"no repository", func(t *testing.T, r *runner) {
			if err := os.RemoveAll(filepath.Join(r.workspace, ".git")); err != nil {
				t.Fatal(err)
			}
		}, 2, "actions/checkout", "opening the repository", false, incomplete},
		{"an empty repository", func(t *testing.T, r *runner) {
			if err := os.RemoveAll(filepath.Join(r.workspace, ".git")); err != nil {
				t.Fatal(err)
			}
			runGit(t, r.workspace, "init", "-q")
		}, 2, "HEAD", "not found", false, incomplete},
		{"objects damaged", func(t *testing.T, r *runner) {
			if err := os.RemoveAll(filepath.Join(r.workspace, ".git", "objects")); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(r.workspace, ".git", "objects"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, 2, "::error::", "incomplete", false, incomplete},
		{"no git", func(_ *testing.T, r *runner) { r.env["PATH"] = r.workspace }, 2, "::error::", "git", false, incomplete},
	}
}

// eventMishaps are about the payload.
func eventMishaps() []runMishap {
	text := func(s string) func(*testing.T, *runner) {
		return func(t *testing.T, r *runner) { write(t, r.env["GITHUB_EVENT_PATH"], s) }
	}
	const hint = "GITHUB_EVENT_PATH"
	return []runMishap{
		{"no event file", func(t *testing.T, r *runner) { r.env["GITHUB_EVENT_PATH"] += ".gone" }, 2, "reading the event", "reading the event", false, ""},
		{"event is a directory", func(t *testing.T, r *runner) { r.env["GITHUB_EVENT_PATH"] = r.workspace }, 2, "reading the event", "", false, ""},
		{"event is empty", text(""), 2, hint, "reading the event", false, ""},
		{"event is half", text(`{"number":`), 2, hint, "reading the event", false, ""},
		{"event is HTML", text("<html>"), 2, hint, "reading the event", false, ""},
		{"event is a list", text("[]"), 2, hint, "reading the event", false, ""},
		{"event's number is a text", text(`{"number":"seven"}`), 2, hint, "reading the event", false, ""},
		{"event is null", text("null"), 2, "expected the event to hold a pull_request", "pull_request", false, ""},
		{"event without pull request", text(`{"number":7}`), 2, "expected the event to hold a pull_request", "pull_request", false, ""},
		{"event nested deep", text(strings.Repeat("[", 1_000_000)), 2, hint, "reading the event", false, ""},
	}
}

// diskMishaps are about what can't be written.
func diskMishaps() []runMishap {
	set := func(name, value string) func(*testing.T, *runner) {
		return func(_ *testing.T, r *runner) { r.env[name] = value }
	}
	return []runMishap{
		{"summary's directory missing", set("GITHUB_STEP_SUMMARY", "/nowhere/summary"), 1, "writing the step summary", `"changed": 1`, false, changes},
		{"summary is a directory", set("GITHUB_STEP_SUMMARY", "/"), 1, "writing the step summary", `"changed": 1`, false, changes},
		{"summary's disk full", set("GITHUB_STEP_SUMMARY", "/dev/full"), 1, "no space left on device", `"changed": 1`, false, changes},
		{"no summary", set("GITHUB_STEP_SUMMARY", ""), 0, "comment written", `"changed": 1`, false, changes},
		{"outputs' disk full", set("GITHUB_OUTPUT", "/dev/full"), 1, "no space left on device", `"changed": 1`, false, changes},
		{"outputs' directory missing", set("GITHUB_OUTPUT", "/nowhere/output"), 1, "writing outputs", `"changed": 1`, false, changes},
		{"no outputs", set("GITHUB_OUTPUT", ""), 0, "comment written", `"changed": 1`, false, changes},
		{"workspace that can't be written", set("INPUT_REPORT-DIR", "/proc/argoplan"), 1, "the report is in ", "", true, changes},
		{"a file where the report goes", func(t *testing.T, r *runner) {
			write(t, filepath.Join(r.workspace, "argoplan-report"), "")
		}, 1, "the report is in ", "", true, changes},
		{"a name that is too long", set("INPUT_REPORT-DIR", strings.Repeat("x", 300)), 1, "file name too long", "", true, changes},
		{"no place for the report at all", func(_ *testing.T, r *runner) {
			r.env["INPUT_REPORT-DIR"] = "/proc/argoplan"
			r.env["RUNNER_TEMP"] = "/proc"
		}, 2, "the log holds the report instead", "", true, incomplete},
		{"no temporary directory", func(t *testing.T, r *runner) { r.env["RUNNER_TEMP"] = filepath.Join(r.workspace, "gone") }, 2,
			"making a temporary directory", "making a temporary directory", false, incomplete},
	}
}

// addApplication adds one more to the shop.
func addApplication(t *testing.T, r *runner, name, spec string) {
	write(t, filepath.Join(r.workspace, "apps", name+".yaml"), fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %s}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  source: {%s}
`, name, spec))
}

// merge makes what lies in the workspace the pull request's head.
func merge(t *testing.T, r *runner) {
	runGit(t, r.workspace, "checkout", "-q", "feature")
	commitAll(t, r.workspace, "more")
	runGit(t, r.workspace, "checkout", "-q", "--detach", "main")
	runGit(t, r.workspace, "merge", "-q", "--no-ff", "-m", "merge", "feature")
}

// toolMishaps are about renders.
func toolMishaps() []runMishap {
	own := "repoURL: https://github.com/octo/shop.git, targetRevision: main, "
	plugin := func(command string) func(*testing.T, *runner) {
		return func(t *testing.T, r *runner) {
			write(t, filepath.Join(r.workspace, "plugin.yaml"), "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: p}\n"+
				"spec:\n  generate: {command: [sh, -c, "+fmt.Sprintf("%q", command)+"]}\n")
			r.env["INPUT_PLUGINS"] = filepath.Join(r.workspace, "plugin.yaml")
			addApplication(t, r, "built", own+"path: web, plugin: {name: p}")
			merge(t, r)
		}
	}
	return []runMishap{
		{"1 of 50 fails at head", func(t *testing.T, r *runner) {
			for i := range 48 {
				addApplication(t, r, fmt.Sprint("more-", i), own+"path: web")
			}
			addApplication(t, r, "broken", own+"path: gone")
			merge(t, r)
		}, 1, "failed argocd/broken", `"changed": 49`, false, "1 of 50 Applications failed to render"},
		{"base fails, head is fine", func(t *testing.T, r *runner) {
			runGit(t, r.workspace, "checkout", "-q", "main")
			write(t, filepath.Join(r.workspace, "web/config.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n")
			commitAll(t, r.workspace, "broken")
			runGit(t, r.workspace, "checkout", "-q", "--detach")
			runGit(t, r.workspace, "merge", "-q", "-s", "ours", "--no-ff", "-m", "merge", "feature")
			write(t, filepath.Join(r.workspace, "web/config.yaml"), shop["web/config.yaml"])
			runGit(t, r.workspace, "add", "-A")
			runGit(t, r.workspace, "commit", "-q", "--amend", "-m", "merge")
		}, 0, "failed argocd/web", `"side": "base"`, false, "can't be compared at `deadbee`: base failed to render"},
		{"the system ends one render, as for lack of memory", plugin("kill -9 $$"), 1, "failed argocd/built", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a plugin isn't installed", plugin("no-such-tool"), 1, "failed argocd/built", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a plugin never ends", func(t *testing.T, r *runner) {
			plugin("sleep 1000")(t, r)
			r.env["INPUT_PLUGIN-TIMEOUT"] = "300ms"
		}, 1, "failed argocd/built", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a plugin gives no manifests", plugin("echo '<html>'"), 1, "failed argocd/built", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a chart repository is out of reach", func(t *testing.T, r *runner) {
			addApplication(t, r, "chart", "repoURL: https://charts.example.com, chart: x, targetRevision: 1.0.0")
			r.env["INPUT_MIRRORS"] = "https://charts.example.com=http://127.0.0.1:1"
			merge(t, r)
		}, 1, "failed argocd/chart", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a chart repository answers with HTML", func(t *testing.T, r *runner) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }))
			t.Cleanup(s.Close)
			addApplication(t, r, "chart", "repoURL: https://charts.example.com, chart: x, targetRevision: 1.0.0")
			r.env["INPUT_MIRRORS"] = "https://charts.example.com=" + s.URL
			merge(t, r)
		}, 1, "failed argocd/chart", `"changed": 1`, false, "1 of 2 Applications failed"},
		{"a file that isn't YAML", func(t *testing.T, r *runner) {
			write(t, filepath.Join(r.workspace, "apps/other.yaml"), "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: [\n")
			merge(t, r)
		}, 0, "comment written", "apps/other.yaml", false, changes},
	}
}

// payload writes an event.
func payload(t *testing.T, value any) string {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestStoppedWhileRendering ends a run as a runner does when a job is cancelled.
func TestStoppedWhileRendering(t *testing.T) {
	t.Parallel()
	api := githubtest.New(t)
	r := newRunner(t, api, "pull_request", forkless())
	mergeCommit(t, r.workspace)
	write(t, filepath.Join(r.workspace, "plugin.yaml"), "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: p}\n"+
		"spec:\n  generate: {command: [sh, -c, "+fmt.Sprintf("%q", ": >$HOME/begun; sleep 999")+"]}\n")
	r.env["INPUT_PLUGINS"], r.env["INPUT_PLUGIN-TIMEOUT"] = filepath.Join(r.workspace, "plugin.yaml"), "10m"
	addApplication(t, r, "built", "repoURL: https://github.com/octo/shop.git, targetRevision: main, path: web, plugin: {name: p}")
	merge(t, r)
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := make(chan time.Time, 1)
	go func() {
		begun := func() (found bool) {
			_ = filepath.WalkDir(r.env["RUNNER_TEMP"], func(path string, _ fs.DirEntry, _ error) error {
				found = found || filepath.Base(path) == "begun"
				return nil
			})
			return found
		}
		for start := time.Now(); !begun(); time.Sleep(10 * time.Millisecond) {
			if time.Since(start) > time.Minute {
				t.Error("the plugin did not begin")
				break
			}
		}
		stopped <- time.Now()
		cancel(errors.New("terminated"))
	}()
	var log bytes.Buffer
	status := Main(ctx, []string{"--repo", r.workspace}, func(name string) string { return r.env[name] }, &log, &log)
	if took := time.Since(<-stopped); status != exitIncomplete && status != exitUsage || took > time.Minute {
		t.Errorf("exit status %d after %v\n%s", status, took, &log)
	}
	data, err := os.ReadFile(filepath.Join(r.workspace, "argoplan-report", "report.json"))
	if err != nil || !strings.Contains(string(data), `"incomplete"`) || len(api.Mutations()) != 0 {
		t.Errorf("%v, %d requests that write\n%s", err, len(api.Mutations()), data)
	}
}

// surroundings are what a machine may have and a report must not show.
func surroundings() map[string]string {
	return map[string]string{
		"as it is": "", "time zone": "export TZ=Pacific/Kiritimati;", "locale": "export LANG=C LC_ALL=C;", "Turkish": "export LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8;",
		"umask": "umask 077;", "one processor": "export GOMAXPROCS=1;", "no home": "unset HOME;", "another home": "export HOME=/nowhere;",
		"many descriptors": "ulimit -n 256;", "an eager collector": "export GOGC=5;", "another user's name": "export USER=x LOGNAME=x;",
	}
}

// TestSurroundings runs the command itself in each of them: the report is the
// same to the byte.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	command, err := exec.LookPath("argoplan")
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(t, githubtest.New(t), "pull_request", forkless())
	mergeCommit(t, r.workspace)
	run := func(setup string) string {
		out := t.TempDir()
		cmd := exec.CommandContext(t.Context(), "bash", "-c", setup+" exec "+command+" --repo "+r.workspace+" --publish none --report-dir "+out)
		cmd.Env = []string{"HOME=" + t.TempDir()}
		for name, value := range r.env {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		if log, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s %v\n%s", setup, err, log)
		}
		var all strings.Builder
		for _, name := range []string{"report.json", "report.md", "report.html", "manifests/head/argocd/web.yaml"} {
			data, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Error(err)
			}
			all.Write(data)
		}
		return strings.ReplaceAll(all.String(), out, "OUT")
	}
	want := run("")
	if len(want) < 1000 {
		t.Errorf("the report is %q", want)
	}
	for name, setup := range surroundings() {
		if got := run(setup); got != want {
			t.Errorf("%s: the report is another:\n%s", name, got)
		}
	}
}

// TestFullDisk has a report directory without room: a small file system of its
// own where the test may mount one, else a limit on the size of files.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	command, err := exec.LookPath("argoplan")
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(t, githubtest.New(t), "pull_request", forkless())
	mergeCommit(t, r.workspace)
	out := t.TempDir()
	for name, setup := range map[string]string{
		"file system": "mount -t tmpfs -o size=8k none " + out + " || exit 77;",
		"file size":   "ulimit -f 4;",
	} {
		cmd := exec.CommandContext(t.Context(), "bash", "-c", setup+" exec "+command+" --repo "+r.workspace+" --publish none --report-dir "+out)
		if name == "file system" {
			if exec.CommandContext(t.Context(), "unshare", "-m", "mount", "-t", "tmpfs", "none", out).Run() != nil {
				t.Log("may not mount a file system: the limit alone is tested")
				continue
			}
			cmd.Args = append([]string{"unshare", "-m"}, cmd.Args...)
			if cmd.Path, err = exec.LookPath("unshare"); err != nil {
				t.Fatal(err)
			}
		}
		for name, value := range r.env {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		log, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != exitIncomplete || !strings.Contains(string(log), "::error::") || !strings.Contains(string(log), "instead") ||
			name == "file system" && !strings.Contains(string(log), "the report is in "+r.env["RUNNER_TEMP"]) {
			t.Errorf("%s: %v\n%s", name, err, log)
		}
		if summary, err := os.ReadFile(r.env["GITHUB_STEP_SUMMARY"]); err != nil || !strings.Contains(string(summary), changes) {
			t.Errorf("%s: the summary is %q, %v", name, summary, err)
		}
	}
}

// TestEnoughFaults keeps the tables from shrinking unseen.
func TestEnoughFaults(t *testing.T) {
	t.Parallel()
	published, ran := len(publishFaults()), len(runMishaps())+len(surroundings())+3
	t.Logf("%d faults of GitHub and the network, %d of the runner", published, ran)
	if published < 60 || ran < 40 {
		t.Errorf("%d faults of GitHub and the network, %d of the runner", published, ran)
	}
	names := map[string]bool{}
	for _, f := range publishFaults() {
		if names[f.name] {
			t.Errorf("%s is there twice", f.name)
		}
		names[f.name] = true
	}
}
