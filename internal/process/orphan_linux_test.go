package process

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestReapOrphans runs this test once more as a subreaper, which inherits
// orphans as the init of a container does.
func TestReapOrphans(t *testing.T) {
	if os.Getenv("SUBREAPER") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestReapOrphans$", "-test.v")
		cmd.Env = append(os.Environ(), "SUBREAPER=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Skip(err)
	}
	for _, script := range []string{
		"(sleep 0.05; echo late) & echo soon",   // in the command's group
		"(setsid sh -c 'sleep 0.05; exit 3' &)", // in a session of its own
		"sleep 999 >/dev/null 2>&1 & echo killed with the group",
	} {
		if _, err := run(t.Context(), shell(script+"\nsleep 0.1"), short); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		for _, pid := range children() {
			if s, ok := statOf(pid); ok && s.zombie {
				t.Errorf("%s: process %d is a zombie", script, pid)
			}
		}
	}
}
