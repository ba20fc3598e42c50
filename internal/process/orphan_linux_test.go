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
	// The command ends after its orphan has: that is a zombie then.
	for _, script := range []string{
		"(sh -c 'echo $$ > new; mv new pid; echo late' &)",     // in the command's group
		"(setsid sh -c 'echo $$ > new; mv new pid; exit 3' &)", // in a session of its own
	} {
		c := shell(script + "\nuntil test -s pid && grep -q ') Z ' /proc/$(cat pid)/stat; do sleep 0.01; done")
		c.Dir, c.Timeout = t.TempDir(), long
		if _, err := run(t.Context(), c, long); err != nil {
			t.Errorf("%s: %v", script, err)
		}
		for _, pid := range children() {
			if s, ok := statOf(pid); ok && s.zombie {
				t.Errorf("%s: process %d is a zombie", script, pid)
			}
		}
	}
	// What is killed may end later than its command, and goes with one that follows.
	_, err := run(t.Context(), shell("sleep 999 >/dev/null 2>&1 & echo killed with the group"), long)
	if !eventually(func() bool {
		if err == nil && len(children()) > 0 {
			_, err = run(t.Context(), shell(":"), long)
		}
		return err != nil || len(children()) == 0
	}) || err != nil {
		t.Errorf("children %v are left, %v", children(), err)
	}
}
