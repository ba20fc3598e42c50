package action

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// asCommand has this binary be argoplan itself, as its main function is.
const asCommand = "ARGOPLAN_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(Start(context.Background(), os.Args, os.Environ(), os.Stdout, os.Stderr))
	}
	standIn := func() {
		status, _ := StandIn(context.Background(), os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
		os.Exit(status)
	}
	testscript.Main(m, map[string]func(){
		"argocd-vault-plugin": standIn, "helm-secrets": standIn, "ksops": standIn, "sops": standIn, "avp": standIn,
		"argoplan": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/script: the command as a runner starts it, with
// real Git repositories and a fake of GitHub's API in this process.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: setupScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"repository": scriptRepository,
			"clone":      scriptClone,
			"event":      scriptEvent,
			"github":     scriptGitHub,
			"exit":       scriptExit,
		},
	})
}

// server is the key of a script's fake API.
type server struct{}

// setupScript gives each script an empty home, the tools, and an API of its
// own.
func setupScript(env *testscript.Env) error {
	t, ok := env.T().(testing.TB)
	if !ok {
		return fmt.Errorf("expected a testing.TB, found %T", env.T())
	}
	api := githubtest.New(t)
	env.Values[server{}] = api
	tools, err := filepath.Abs(filepath.Join(root, ".bin"))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"GITHUB_API_URL": api.URL(), "HOME": env.WorkDir, "TMPDIR": env.WorkDir,
		// The command under test comes first: .bin may hold an older build.
		"PATH":            env.Getenv("PATH") + string(os.PathListSeparator) + tools,
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
		"GIT_CONFIG_NOSYSTEM": "1",
	} {
		env.Setenv(name, value)
	}
	return nil
}

// git runs git in dir and gives what it prints.
func git(ts *testscript.TestScript, dir string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, nil
	for _, name := range []string{"PATH", "HOME", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE", "GIT_CONFIG_NOSYSTEM"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		ts.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// scriptRepository makes "repository DIR": main holds the script's base/, the
// branch feature its head/, and refs/pull/7/merge merges them, as GitHub does.
// BASE, HEAD and MERGE hold the commits.
func scriptRepository(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	git(ts, dir, "init", "-q", "-b", "main")
	git(ts, dir, "config", "uploadpack.allowAnySHA1InWant", "true")
	commit(ts, dir, "base")
	git(ts, dir, "checkout", "-q", "-b", "feature")
	commit(ts, dir, "head")
	git(ts, dir, "checkout", "-q", "main")
	git(ts, dir, "merge", "-q", "--no-ff", "-m", "merge", "feature")
	for name, rev := range map[string]string{"BASE": "HEAD^1", "HEAD": "HEAD^2", "MERGE": "HEAD"} {
		ts.Setenv(name, git(ts, dir, "rev-parse", rev))
	}
	git(ts, dir, "update-ref", "refs/pull/7/merge", "HEAD")
	git(ts, dir, "checkout", "-q", "--detach", "HEAD")
	git(ts, dir, "branch", "-q", "-f", "main", "HEAD^1")
}

// commit replaces the whole tree by a directory of the script.
func commit(ts *testscript.TestScript, dir, from string) {
	git(ts, dir, "rm", "-q", "-r", "--ignore-unmatch", ".")
	ts.Check(os.CopyFS(dir, os.DirFS(ts.MkAbs(from))))
	git(ts, dir, "add", "-A")
	git(ts, dir, "commit", "-q", "--allow-empty", "-m", from)
}

// scriptClone makes "clone FROM TO DEPTH", checked out at the merge commit, as
// actions/checkout does. Depth 0 is a full clone.
func scriptClone(ts *testscript.TestScript, _ bool, args []string) {
	from, to := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(to, 0o755))
	git(ts, to, "init", "-q")
	git(ts, to, "remote", "add", "origin", "file://"+from)
	fetch := []string{"fetch", "-q", "--no-tags", "origin", "+refs/pull/7/merge:refs/remotes/pull/7/merge"}
	if args[2] != "0" {
		fetch = append(fetch, "--depth="+args[2])
	}
	git(ts, to, fetch...)
	git(ts, to, "checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
}

// scriptExit runs "exit STATUS argoplan ...": testscript itself tells only zero
// from the rest.
func scriptExit(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status = exit.ExitCode()
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s", status, args[0])
	}
}

// scriptEvent makes "event pull_request [FORK]": the payload of pull request 7
// and the variables that a runner sets.
func scriptEvent(ts *testscript.TestScript, _ bool, args []string) {
	api, _ := ts.Value(server{}).(*githubtest.Server)
	api.SetHead(ts.Getenv("HEAD"))
	headRepo := map[string]any{"full_name": "octo/shop"}
	if len(args) > 1 {
		headRepo["full_name"] = args[1]
	}
	payload := map[string]any{
		"number": 7,
		"pull_request": map[string]any{
			"number": 7, "head": map[string]any{"ref": "feature", "sha": ts.Getenv("HEAD"), "repo": headRepo},
			"base": map[string]any{"ref": "main", "sha": ts.Getenv("BASE")},
		},
		"repository": map[string]any{"full_name": "octo/shop", "default_branch": "main"},
	}
	if args[0] == "merge_group" {
		payload = map[string]any{
			"merge_group": map[string]any{"head_sha": ts.Getenv("MERGE"), "base_sha": ts.Getenv("BASE"), "base_ref": "refs/heads/main"},
			"repository":  payload["repository"],
		}
	}
	data, err := json.Marshal(payload)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("event.json"), data, 0o644))
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": args[0], "GITHUB_EVENT_PATH": ts.MkAbs("event.json"),
		"GITHUB_REPOSITORY": "octo/shop", "GITHUB_SHA": ts.Getenv("MERGE"), "GITHUB_RUN_ID": "42", "GITHUB_RUN_ATTEMPT": "1",
		"GITHUB_WORKFLOW": "ci", "GITHUB_JOB": "diff", "GITHUB_OUTPUT": ts.MkAbs("output"), "GITHUB_STEP_SUMMARY": ts.MkAbs("summary"),
		"GITHUB_WORKSPACE": ts.MkAbs("."),
	} {
		ts.Setenv(name, value)
	}
}

// scriptGitHub steers and reads the fake API:
//
//	github comments FILE      write all comments to a file
//	github mutations N        fail unless N requests wrote something
//	github seed AUTHOR FILE   add a comment
//	github deny               refuse every write, as for a fork
//	github token TOKEN        refuse any other token
//	github delete-before-patch  delete the first comment before it is updated
func scriptGitHub(ts *testscript.TestScript, _ bool, args []string) {
	api, _ := ts.Value(server{}).(*githubtest.Server)
	switch args[0] {
	case "comments":
		var b strings.Builder
		for _, c := range api.Comments() {
			fmt.Fprintf(&b, "==== %s\n%s\n", c.Author, c.Body)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o644))
	case "mutations":
		want, err := strconv.Atoi(args[1])
		ts.Check(err)
		if got := api.Mutations(); len(got) != want {
			ts.Fatalf("%d requests wrote something, want %d: %v", len(got), want, got)
		}
	case "seed":
		api.SeedComment(args[1], ts.ReadFile(args[2]))
	case "deny":
		api.DenyWrites()
	case "token":
		api.SetToken(args[1])
	case "delete-before-patch":
		api.DeleteOnNext("PATCH", api.Comments()[0].ID)
	default:
		ts.Fatalf("github %s: unknown", args[0])
	}
}
