package action

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSparse holds runs that put on disk only what renders can read to runs with
// whole trees, for each case.
func TestSparse(t *testing.T) {
	t.Parallel()
	cases, err := os.ReadDir(filepath.Join(root, "testdata", "repos"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if slices.Contains([]string{"plugin-hangs", "plugin-floods", "plugin-leaves-child"}, c.Name()) {
			continue // they take long, and are about something else
		}
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(root, "testdata", "repos", c.Name())
			repository := commitBoth(t, filepath.Join(dir, "base"), filepath.Join(dir, "head"))
			whole, pieces := fromGit(t, dir, repository, false, "--head-ref", "feature"), fromGit(t, dir, repository, true, "--head-ref", "feature")
			if diff := cmp.Diff(whole, pieces); diff != "" {
				t.Errorf("whole trees and pieces differ (-whole +pieces):\n%s", diff)
			}
		})
	}
}

// TestSparseWorkingTree does the same for a working tree that nobody committed.
func TestSparseWorkingTree(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app-of-apps", "appset-git-files", "helmfile-change", "kustomize-overlay", "several-sources", "value-file-outside"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(root, "testdata", "repos", name)
			repository := commitBoth(t, filepath.Join(dir, "base"), filepath.Join(dir, "head"))
			cmd := exec.Command("git", "reset", "-q", "main")
			cmd.Dir, cmd.Env = repository, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + repository}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			whole, pieces := fromGit(t, dir, repository, false), fromGit(t, dir, repository, true)
			if diff := cmp.Diff(whole, pieces); diff != "" || !strings.Contains(pieces, "working tree") {
				t.Errorf("whole trees and pieces differ (-whole +pieces):\n%s", diff)
			}
		})
	}
}

// fromGit gives the report of a case that is in a repository.
func fromGit(t *testing.T, dir, repository string, piecemeal bool, flags ...string) string {
	t.Helper()
	env := readEnvironment(testEnvironment(t))
	args := append([]string{
		"--repo", repository, "--base-ref", "main",
		"--repository", "svc-design/gitops", "--base-branch", "main",
		"--mirrors", "https://charts.onwalk.net=" + absolute(t, filepath.Join(root, "testdata", "helm-repository", "served")),
	}, slices.Concat(flags, readCase(t, dir).Flags)...)
	in, err := parse(commands()[0], args, env, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	d := &comparison{env: env, in: in, log: newLogger(env, io.Discard, false), scratch: t.TempDir(), piecemeal: piecemeal}
	d.timings = newTimings(in, d.log)
	defer func() { d.store.Close() }()
	if err := d.run(context.WithoutCancel(t.Context())); err != nil {
		return err.Error()
	}
	if d.surprises > 0 {
		t.Errorf("%d renders read a file that nothing says they read", d.surprises)
	}
	if piecemeal != (d.trees.sparse[0] != nil) {
		t.Errorf("piecemeal is %t, and the trees are %v", piecemeal, d.trees.sparse)
	}
	text, err := d.report.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), d.scratch, "SCRATCH")
}

// commitBoth makes a repository whose branches main and feature hold two trees.
func commitBoth(t *testing.T, base, head string) string {
	t.Helper()
	dir := t.TempDir()
	run := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.hooksPath=/dev/null"}, args...)...)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1"}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, bytes.TrimSpace(out))
		}
	}
	run("init", "-q", "-b", "main")
	for _, side := range []struct{ branch, tree string }{{"main", base}, {"feature", head}} {
		if side.branch != "main" {
			run("checkout", "-q", "-b", side.branch)
			run("rm", "-rqf", "--ignore-unmatch", ".")
		}
		if err := os.CopyFS(dir, os.DirFS(side.tree)); err != nil {
			t.Fatal(err)
		}
		run("add", "-Af")
		run("commit", "-qm", side.branch, "--allow-empty")
	}
	return dir
}
