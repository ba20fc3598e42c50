package action

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommandsSurvive has a chart that takes all memory: render and list end with
// one error that names its Application, and do the others.
func TestCommandsSurvive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bomb := "# kind: Application, so that list has to look into it\n# {{ len (until 2000000000) }}\n" + configMap("app", "1")
	for name, text := range map[string]string{
		"apps/good.yaml": hostileApplication(t, "good", nil), "good/cm.yaml": configMap("good", "1"),
		"apps/app.yaml": hostileApplication(t, "app", nil), "app/templates/cm.yaml": bomb,
		"app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"render", "--dir", dir}, "# Application argocd/good"},
		{[]string{"list", "--base-dir", dir, "--head-dir", dir}, "argocd/good"},
	} {
		t.Run(tt.args[0], func(t *testing.T) { // one at a time: each takes what memory it may
			stdout, stderr, status := asProgram(t, append(tt.args, "--repository", "o/r", "--base-branch", "main", "--max-memory", "1000")...)
			if status != exitIncomplete || strings.Count(stdout, tt.says) != 1 {
				t.Errorf("exit status %d\n%s", status, stdout)
			}
			if strings.Count(stderr, "ended the whole process") != 1 || !strings.Contains(stderr, "Application app: ") || strings.Contains(stderr, "\nfatal error") {
				t.Errorf("got\n%s", stderr)
			}
		})
	}
}

// asProgram runs argoplan in a process of its own.
func asProgram(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), hostileTime)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir, cmd.Env = temp, []string{asCommand + "=1", "PATH=" + os.Getenv("PATH"), "HOME=" + temp, "TMPDIR=" + temp}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	_ = cmd.Run() // its status says it
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("%d entries are left in the temporary directory, %v", len(left), err)
	}
	return out.String(), errOut.String(), cmd.ProcessState.ExitCode()
}
