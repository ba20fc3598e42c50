package process

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// helperDir makes the test binary run one long command in the directory it
// names, instead of the tests.
const helperDir = "ARGOPLAN_TEST_PROCESS_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		c := shell("echo $$ > pids.tmp; mv pids.tmp pids; exec sleep 999")
		c.Dir = dir
		_, _ = Run(context.Background(), c)
		return
	}
	Shield()
	os.Exit(m.Run())
}

func TestRunDiesWithItsParent(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	parent := exec.Command(self)
	parent.Env = []string{helperDir + "=" + dir}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, filepath.Join(dir, "pids"))
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	wantGone(t, dir, 1)
}
