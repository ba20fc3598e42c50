package main

import (
	"fmt"
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
	u, err := seen(1, "exec sleep ")
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
	u, err := seen(50<<10, "head -c 150000000 /dev/zero | sh -c 'tail -c 140000000; true' | sleep ")
	if err != nil || u.peak < 50<<10 {
		t.Errorf("tail took %d KiB, %v", u.peak, err)
	}
}

// seen measures a script that ends with how long it sleeps, which is longer and
// longer until enough of it was seen: a busy machine looks rarely.
func seen(least int64, script string) (u usage, err error) {
	for d := 0.3; d < 60; d *= 4 {
		if u, _, err = measured(exec.Command("sh", "-c", script+fmt.Sprint(d))); err != nil || u.peak >= least {
			break
		}
	}
	return u, err
}

func TestSearched(t *testing.T) {
	t.Parallel()
	if got := searched("/root/.cargo/bin:/usr/bin:/root:/rooted", "/root"); got != "/usr/bin:/rooted" {
		t.Errorf("got %s", got)
	}
}
