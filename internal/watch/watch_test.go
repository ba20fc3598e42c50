package watch

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func never() bool { return false }

// TestSupervise has runs that die, each with what it was doing. It ends with one
// that doesn't, and says whose fault the deaths were.
func TestSupervise(t *testing.T) {
	t.Parallel()
	const last = "done"
	for _, tt := range []struct {
		name       string
		runs       []string // what each run notes, one after the other
		status     int
		fails      []string
		alone, off bool
	}{
		{name: "ends by itself", runs: []string{"begin a/x,end a/x," + last}},
		{name: "one in flight", runs: []string{"begin a/x,end a/x,begin a/y", "begin a/x,end a/x," + last}, fails: []string{"a/y"}},
		{name: "two in flight, then one", runs: []string{"begin a/x,begin a/y", "begin a/x,end a/x,begin a/y", "begin a/x,end a/x," + last}, fails: []string{"a/y"}, alone: true},
		{name: "what goes on after it was given up", runs: []string{"begin a/x,begin a/y", "begin a/x,begin a/z", last}, fails: []string{"a/x"}, alone: true},
		{name: "two that die", runs: []string{"begin a/x", "begin a/y", last}, fails: []string{"a/x", "a/y"}},
		{name: "begun twice", runs: []string{"begin a/x,begin a/x,end a/x", last}, fails: []string{"a/x"}},
		{name: "nothing in flight", runs: []string{"", last}, alone: true, off: true},
		{name: "nothing helps", runs: []string{"", ""}, status: Incomplete, alone: true, off: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			left := t.TempDir()
			j := Journal{filepath.Join(t.TempDir(), "journal")}
			n := 0
			status := supervise(j, never, func() (int, error) {
				if n >= len(tt.runs) {
					t.Fatalf("run %d", n+1)
				}
				dir := filepath.Join(left, strconv.Itoa(n))
				j.Scratch(dir)
				for _, line := range strings.Split(tt.runs[n], ",") {
					j.note(line)
				}
				n++
				return 0, os.MkdirAll(dir, 0o700)
			})
			p := j.Read()
			if diff := cmp.Diff(tt.fails, p.Failed); status != tt.status || n != len(tt.runs) || p.Alone != tt.alone || p.Abandon != tt.off || diff != "" {
				t.Errorf("status %d, %d runs, alone %t, abandoned %t, failed (-want +got):\n%s", status, n, p.Alone, p.Abandon, diff)
			}
			if dirs, err := os.ReadDir(left); err != nil || len(dirs) > 1 {
				t.Error("a dead run's directory is left")
			}
		})
	}
}

// TestSuperviseStopped doesn't begin again what was stopped from outside.
func TestSuperviseStopped(t *testing.T) {
	t.Parallel()
	runs := 0
	status := supervise(Journal{filepath.Join(t.TempDir(), "journal")}, func() bool { return runs > 0 }, func() (int, error) {
		runs++
		return -1, nil
	})
	if status != Incomplete || runs != 1 {
		t.Errorf("status %d after %d runs", status, runs)
	}
}

// TestHeard shows why a run died, and nothing that the runner obeys.
func TestHeard(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	h := &heard{to: &b}
	if _, err := h.Write([]byte("panic: x\n::set-env name=A::b\n##[error]INJECTED\n\ngoroutine 1 [running]:\n::add-mask::y\n")); err != nil {
		t.Fatal(err)
	}
	h.tell()
	if want := "panic: x\n│ ::set-env name=A::b\n##·[error]INJECTED\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
