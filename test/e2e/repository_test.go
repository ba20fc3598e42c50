//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// project is the repository that the Applications of testdata/repos name.
const project = "svc-design/gitops"

// repository is a Git repository as actions/checkout leaves it: main holds the
// base, feature the head, and the merge of both is checked out.
type repository struct {
	t    *testing.T
	dir  string
	base string // main
	head string // feature
	sha  string // the merge
}

// newRepository makes one of a case of testdata/repos.
func newRepository(t *testing.T, name string) *repository {
	t.Helper()
	r := &repository{t: t, dir: filepath.Join(shared(t), "gitops")}
	r.git("init", "-q", "--initial-branch=main", r.dir)
	r.git("remote", "add", "origin", "https://github.com/"+project)
	r.base = r.commit(filepath.Join(root, "testdata/repos", name, "base"), "base")
	r.git("switch", "-q", "-c", "feature")
	r.head = r.commit(filepath.Join(root, "testdata/repos", name, "head"), "head")
	r.merge()
	return r
}

// commit makes the next commit of a directory's content and gives its ID.
func (r *repository) commit(dir, message string) string {
	r.t.Helper()
	r.git("rm", "-rqf", "--ignore-unmatch", ".")
	if err := os.CopyFS(r.dir, os.DirFS(dir)); err != nil {
		r.t.Fatal(err)
	}
	return r.commitAll(message)
}

// commitAll commits the files as they are.
func (r *repository) commitAll(message string) string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "-q", "-m", message)
	return r.git("rev-parse", "HEAD")
}

// merge checks out what merging feature into main gives.
func (r *repository) merge() {
	r.t.Helper()
	r.git("checkout", "-q", "--detach", "main")
	r.git("merge", "-q", "--no-ff", "-m", "Merge feature into main", "feature")
	r.sha = r.git("rev-parse", "HEAD")
}

// git runs with nothing of the user's own configuration and gives its output.
func (r *repository) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	if _, err := os.Stat(r.dir); err == nil {
		cmd.Dir = r.dir
	}
	const date = "2024-01-01T00:00:00Z"
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=e2e", "GIT_AUTHOR_EMAIL=e2e@example.org", "GIT_AUTHOR_DATE=" + date,
		"GIT_COMMITTER_NAME=e2e", "GIT_COMMITTER_EMAIL=e2e@example.org", "GIT_COMMITTER_DATE=" + date,
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// write puts a file into the checkout.
func (r *repository) write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}
