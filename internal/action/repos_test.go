package action

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "rewrite the expectations under testdata")

// testCase is case.yaml of one directory below testdata/repos.
type testCase struct {
	Flags []string `json:"flags"`
	Exit  int      `json:"exit"`
	// CommentBytes has the comment also in smaller forms, by name.
	CommentBytes map[string]int `json:"max-comment-bytes"`
	// Terminal has it also as a terminal shows it, and Page what report.html says.
	Terminal bool `json:"terminal"`
	Page     bool `json:"page"`
}

// TestRepos runs every directory below testdata/repos: two states of a
// repository, and what a reviewer gets to see. Each runs twice, because a
// report that differs without a reason would be written again and again.
func TestRepos(t *testing.T) {
	t.Parallel()
	cases, err := os.ReadDir(filepath.Join(root, "testdata", "repos"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("found %d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(root, "testdata", "repos", c.Name())
			first, status := runCase(t, dir)
			again, _ := runCase(t, dir)
			if diff := cmp.Diff(first, again); diff != "" {
				t.Errorf("two runs differ (-first +second):\n%s", diff)
			}
			if want := readCase(t, dir); status != want.Exit {
				t.Errorf("exit status %d, want %d", status, want.Exit)
			}
			for name, got := range first {
				golden(t, filepath.Join(dir, "want", name), got)
			}
		})
	}
}

func readCase(t *testing.T, dir string) testCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "case.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c testCase
	if err := yaml.UnmarshalStrict(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// runCase runs the command as a user would and gives the files that a reader
// sees.
func runCase(t *testing.T, dir string) (files map[string]string, status int) {
	t.Helper()
	out, c := t.TempDir(), readCase(t, dir)
	args := slices.Concat(sidesOf(t, dir), []string{
		"--repository", "svc-design/gitops", "--base-branch", "main", "--report-dir", out, "--mirrors", mirror(t),
	}, c.Flags)
	var stdout, stderr bytes.Buffer
	status = Main(t.Context(), args, testEnvironment(t), &stdout, &stderr)
	t.Logf("%s", stderr.String())
	files = map[string]string{"comment.md": stdout.String()}
	data, err := os.ReadFile(filepath.Join(out, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	files["report.json"] = string(data)
	c.forms(t, files, out, args)
	return files, status
}

// sidesOf gives the flags for base and head. What a case has as tags is in a
// repository, together with the two.
func sidesOf(t *testing.T, dir string) []string {
	t.Helper()
	tags, err := filepath.Glob(filepath.Join(dir, "tags", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(tags) == 0 {
		return []string{"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head")}
	}
	repository := t.TempDir()
	runGit(t, repository, "init", "-q", "-b", "main")
	for _, tree := range append(tags, filepath.Join(dir, "base"), filepath.Join(dir, "head")) {
		runGit(t, repository, "rm", "-rqf", "--ignore-unmatch", ".")
		if err := os.CopyFS(repository, os.DirFS(tree)); err != nil {
			t.Fatal(err)
		}
		commitAll(t, repository, filepath.Base(tree))
		runGit(t, repository, "tag", filepath.Base(tree))
	}
	return []string{"--repo", repository, "--base-ref", "base", "--head-ref", "head"}
}

// mirror has the charts of testdata stand for the Helm repository of the cases.
func mirror(t *testing.T) string {
	t.Helper()
	return "https://charts.onwalk.net=" + absolute(t, filepath.Join(root, "testdata", "helm-repository", "served"))
}

// testEnvironment holds PATH alone, with the tools that make builds in front:
// nothing else of the developer's machine may change a result.
func testEnvironment(t *testing.T) func(string) string {
	tools := absolute(t, filepath.Join(root, ".bin"))
	path := tools + string(os.PathListSeparator) + os.Getenv("PATH")
	return func(name string) string {
		if name == "PATH" {
			return path
		}
		return ""
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// golden compares with the file at path. A missing one fails: nobody has
// looked at what it would hold.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v; run with -update and look at it", err)
		return
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
