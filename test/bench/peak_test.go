package main

import (
	"os/exec"
	"testing"
)

// What this process holds is not the measured one's.
func TestPeakIsTheCommandsOwn(t *testing.T) {
	t.Parallel()
	held := make([]byte, 200<<20)
	for i := range held {
		held[i] = 1
	}
	u, _, err := measured(exec.Command("sleep", "0.1"))
	if err != nil || u.peak == 0 || u.peak > 50<<10 {
		t.Errorf("sleep took %d KiB, %v", u.peak, err)
	}
	if held[1] != 1 {
		t.Error("the compiler may not leave the memory out")
	}
}

// argoplan works in a second process.
func TestPeakOfWhatACommandStarts(t *testing.T) {
	t.Parallel()
	u, _, err := measured(exec.Command("sh", "-c", "sh -c 'head -c 150000000 /dev/zero | tail -c 140000000 | sleep 0.3'; true"))
	if err != nil || u.peak < 50<<10 {
		t.Errorf("tail took %d KiB, %v", u.peak, err)
	}
}

func TestSearched(t *testing.T) {
	t.Parallel()
	if got := searched("/root/.cargo/bin:/usr/bin:/root:/rooted", "/root"); got != "/usr/bin:/rooted" {
		t.Errorf("got %s", got)
	}
}
