package process

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
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
	for range 500 {
		if _, err := os.Stat(filepath.Join(dir, "pids")); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	time.Sleep(50 * time.Millisecond)
	wantGone(t, dir, 1)
}
