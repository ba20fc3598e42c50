package action

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

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
		{name: "nothing helps", runs: []string{"", ""}, status: exitIncomplete, alone: true, off: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			left := t.TempDir()
			j := journal{filepath.Join(t.TempDir(), "journal")}
			n := 0
			status := supervise(t.Context(), j, func() (int, error) {
				if n >= len(tt.runs) {
					t.Fatalf("run %d", n+1)
				}
				dir := filepath.Join(left, strconv.Itoa(n))
				j.note(scratch + dir)
				for _, line := range strings.Split(tt.runs[n], ",") {
					j.note(line)
				}
				n++
				return 0, os.MkdirAll(dir, 0o700)
			})
			p := j.read()
			if diff := cmp.Diff(tt.fails, p.failed); status != tt.status || n != len(tt.runs) || p.alone != tt.alone || p.abandon != tt.off || diff != "" {
				t.Errorf("status %d, %d runs, alone %t, abandoned %t, failed (-want +got):\n%s", status, n, p.alone, p.abandon, diff)
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
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	status := supervise(ctx, journal{filepath.Join(t.TempDir(), "journal")}, func() (int, error) {
		runs++
		cancel()
		return -1, nil
	})
	if status != exitIncomplete || runs != 1 {
		t.Errorf("status %d after %d runs", status, runs)
	}
}

// TestInTime leaves work behind that doesn't notice that its time is over.
func TestInTime(t *testing.T) {
	t.Parallel()
	if got, err := inTime(t.Context(), time.Minute, "adding", func(context.Context) int { return 3 }); got != 3 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	release := make(chan struct{})
	defer close(release)
	start := time.Now()
	_, err := inTime(t.Context(), 10*time.Millisecond, "waiting", func(context.Context) int { <-release; return 1 })
	if !errors.Is(err, errSlow) || !strings.Contains(err.Error(), "waiting: it took longer than it may: 10ms") || fault.HintOf(err) == "" {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > lateness+10*time.Second {
		t.Errorf("took %s", took)
	}
	_, err = inTime(t.Context(), 10*time.Millisecond, "noticing", func(ctx context.Context) int { <-ctx.Done(); return 1 })
	if err != nil {
		t.Errorf("work that noticed gives its own answer, got %v", err)
	}
}

// TestHeard shows why a run died, and nothing that the runner obeys.
func TestHeard(t *testing.T) {
	t.Parallel()
	h := &heard{}
	if _, err := h.Write([]byte("panic: x\n::set-env name=A::b\n##[error]INJECTED\n\ngoroutine 1 [running]:\n::add-mask::y\n")); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	h.tell(&b)
	checkCommands(t, b.String())
	if !strings.Contains(b.String(), "panic: x") || strings.Contains(b.String(), "goroutine") {
		t.Errorf("got %q", b.String())
	}
}
