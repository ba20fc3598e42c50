package action

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestStoppedRun ends a run from outside: the report is there and says that it
// isn't whole, and no Application looks unchanged.
func TestStoppedRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(Stopped{Signal: syscall.SIGINT})
	dir := filepath.Join(root, "testdata/repos/value-change")
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	status := Main(ctx, []string{
		"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"),
		"--repository", "svc-design/gitops", "--report-dir", out,
	}, testEnvironment(t), &stdout, &stderr)
	if status != 130 {
		t.Errorf("exit status %d, want 130", status)
	}
	data, err := os.ReadFile(filepath.Join(out, "report.json"))
	if err != nil || !strings.Contains(string(data), `"incomplete": "the run was stopped: got signal 2 (interrupt)"`) {
		t.Errorf("report.json: %v\n%s", err, data)
	}
	if !strings.Contains(stdout.String(), "incomplete run") || strings.Contains(stdout.String(), "no changes") {
		t.Errorf("the report says:\n%s", stdout.String())
	}
}

// TestReportSurvives has sinks that fail: the others are still written.
func TestReportSurvives(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root, "testdata/repos/value-change")
	tmp := t.TempDir()
	blocked := filepath.Join(tmp, "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": filepath.Join(tmp, "summary"), "GITHUB_OUTPUT": filepath.Join(tmp, "output"),
	}
	var stdout, stderr bytes.Buffer
	status := Main(t.Context(), []string{
		"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"),
		"--repository", "svc-design/gitops", "--report-dir", filepath.Join(blocked, "report"),
	}, func(name string) string { return env[name] }, &stdout, &stderr)
	if status != exitIncomplete || !strings.Contains(stdout.String(), "::error::") {
		t.Errorf("exit status %d, log:\n%s", status, stdout.String())
	}
	for _, name := range []string{"summary", "output"} {
		if info, err := os.Stat(filepath.Join(tmp, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s wasn't written: %v", name, err)
		}
	}
}
