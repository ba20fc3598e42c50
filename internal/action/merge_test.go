package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shop is a repository with one Application, which reads a directory.
var shop = map[string]string{
	"apps/web.yaml": `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: shop}
  source: {repoURL: https://github.com/octo/shop.git, path: web, targetRevision: main}
`,
	"web/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {color: blue}\n",
}

// mergeCommit makes dir a repository at the merge commit of a pull request
// that paints shop green: HEAD^1 is its base, HEAD^2 its head.
func mergeCommit(t *testing.T, dir string) {
	t.Helper()
	for name, text := range shop {
		write(t, filepath.Join(dir, name), text)
	}
	runGit(t, dir, "init", "-q", "-b", "main")
	runGit(t, dir, "config", "uploadpack.allowAnySHA1InWant", "true")
	commitAll(t, dir, "base")
	runGit(t, dir, "checkout", "-q", "-b", "feature")
	write(t, filepath.Join(dir, "web/config.yaml"), strings.Replace(shop["web/config.yaml"], "blue", "green", 1))
	commitAll(t, dir, "head")
	runGit(t, dir, "checkout", "-q", "main")
	runGit(t, dir, "merge", "-q", "--no-ff", "-m", "merge", "feature")
	runGit(t, dir, "checkout", "-q", "--detach")
	runGit(t, dir, "branch", "-q", "-f", "main", "HEAD^1")
}

func commitAll(t *testing.T, dir, message string) {
	t.Helper()
	runGit(t, dir, "add", "-A")
	runGit(t, dir, "commit", "-q", "-m", message)
}

// runGit runs git without anything of the developer's, and gives what it
// prints.
func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com", "GIT_AUTHOR_DATE=2024-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2024-01-01T00:00:00Z"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}
