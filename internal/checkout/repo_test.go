package checkout

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// testEnv is what the tests give Git, and what they run git with themselves.
func testEnv() []string { return []string{"PATH=" + os.Getenv("PATH")} }

// local lets git fetch from a directory of the test.
func local() Options { return Options{Env: testEnv(), Protocols: []string{"file"}} }

// repo is a repository that a test fills by plain git.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) repo {
	t.Helper()
	r := repo{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	// As GitHub does, to anybody who may read the repository.
	r.git("config", "uploadpack.allowAnySHA1InWant", "true")
	r.git("config", "uploadpack.allowFilter", "true")
	return r
}

// git runs git and gives its output without the last newline.
func (r repo) git(args ...string) string {
	r.t.Helper()
	return r.gitInput("", args...)
}

func (r repo) gitInput(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = r.dir, strings.NewReader(stdin)
	cmd.Env = append(testEnv(), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		r.t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSuffix(stdout.String(), "\n")
}

func (r repo) write(path, content string) {
	r.t.Helper()
	path = filepath.Join(r.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit commits everything and gives the id.
func (r repo) commit() string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message=change")
	return r.git("rev-parse", "HEAD")
}

// clone makes a clone by file://, which honours --depth.
func (r repo) clone(args ...string) repo {
	r.t.Helper()
	c := repo{r.t, r.t.TempDir()}
	c.git(append(append([]string{"clone", "--quiet"}, args...), "file://"+r.dir, ".")...)
	return c
}

func (r repo) open() *Git {
	r.t.Helper()
	return open(r.t, r.dir, local())
}

func open(t *testing.T, dir string, o Options) *Git {
	t.Helper()
	g, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func mustExtract(t *testing.T, g *Git, commit string) Tree {
	t.Helper()
	tree, err := g.Extract(t.Context(), commit, filepath.Join(t.TempDir(), "tree"))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// snapshot describes every file below dir: its mode and content, or its target.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.Type() == fs.ModeSymlink {
			files[rel], err = os.Readlink(path)
			files[rel] = "-> " + files[rel]
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		files[rel] = gitMode(info).String() + " " + string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
