package process

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRunStops covers the ends of a command that does not end by itself; pids
// are those of all processes it had.
func TestRunStops(t *testing.T) {
	t.Parallel()
	const record = "echo $$ >> pids; sleep 999 & echo $! >> pids; "
	tests := []struct {
		name, script string
		atLeast      time.Duration
	}{
		{"obeys SIGTERM", record + "wait", 0},
		{"exits with 0 on SIGTERM", "trap 'exit 0' TERM; " + record + "wait", 0},
		{"cleans up on SIGTERM", "trap 'touch cleaned; exit 1' TERM; " + record + "wait", 0},
		{"ignores SIGTERM", "trap '' TERM; " + record + "wait", short},
		{"leader ends, child ignores SIGTERM", "echo $$ >> pids; (trap '' TERM; exec sleep 999) & echo $! >> pids; wait", short},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := shell(tt.script)
			c.Dir, c.Timeout = t.TempDir(), 100*time.Millisecond
			begin := time.Now()
			_, err := run(t.Context(), c, short)
			took := time.Since(begin)
			var timeout *TimeoutError
			if !errors.As(err, &timeout) || timeout.After != c.Timeout {
				t.Errorf("got %v, want a TimeoutError", err)
			}
			if took < c.Timeout+tt.atLeast || took > 10*time.Second {
				t.Errorf("took %s", took)
			}
			wantGone(t, c.Dir, 2)
			if _, err := os.Stat(filepath.Join(c.Dir, "cleaned")); strings.Contains(tt.script, "cleaned") && err != nil {
				t.Error("no time to clean up")
			}
		})
	}
}

func TestRunCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := shell("echo $$ > pids; echo partial; sleep 999")
	c.Dir = t.TempDir()
	time.AfterFunc(100*time.Millisecond, cancel)
	got, err := run(ctx, c, short)
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, context.Canceled) || e.Status != -1 || got.Stdout != nil {
		t.Errorf("got %q and %v, want nothing and the cancellation", got.Stdout, err)
	}
	wantGone(t, c.Dir, 1)
	c.Argv[2] = "touch started"
	if _, err := run(ctx, c, short); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v for a context that is over", err)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, "started")); err == nil {
		t.Error("the command started although the context was over")
	}
}

// TestRunCancelledInTime stops a run that has a stubborn command: less time is
// left then than one that is too slow gets.
func TestRunCancelledInTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := shell("trap '' TERM; echo $$ > pids; while :; do sleep 0.1; done")
	c.Dir = t.TempDir()
	time.AfterFunc(100*time.Millisecond, cancel)
	begin := time.Now()
	_, err := run(ctx, c, time.Minute)
	if took := time.Since(begin); !errors.Is(err, context.Canceled) || took < stopGrace || took > 2*stopGrace {
		t.Errorf("got %v after %s", err, took)
	}
	wantGone(t, c.Dir, 1)
}

func TestRunChildLeftBehind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script, want string
		held               bool
		status             int
		children           int
	}{
		{"quiet child is killed", "sleep 999 >/dev/null 2>&1 & echo $! > pids; echo all", "all\n", false, 0, 1},
		{"late writer is waited for", "(sleep 0.05; echo late) & echo soon", "soon\nlate\n", false, 0, 0},
		{"holds stdout", "sleep 999 & echo $! > pids; echo some", "", true, -1, 1},
		{"holds stderr", "sleep 999 >/dev/null & echo $! > pids; echo some", "", true, -1, 1},
		{"failure outranks it", "sleep 999 & echo $! > pids; exit 7", "", false, 7, 1},
		{"holds stdout in another session", "setsid sleep 3 & echo some", "", true, -1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := shell(tt.script)
			c.Dir = t.TempDir()
			got, err := run(t.Context(), c, short)
			if string(got.Stdout) != tt.want || errors.Is(err, ErrOutputHeld) != tt.held {
				t.Errorf("got %q and %v, want %q", got.Stdout, err, tt.want)
			}
			var e *Error
			if errors.As(err, &e) && e.Status != tt.status || (err == nil) != (tt.status == 0) {
				t.Errorf("got %v, want status %d", err, tt.status)
			}
			wantGone(t, c.Dir, tt.children)
		})
	}
}

// wantGone checks that the n processes named in dir/pids don't run any more.
// A zombie is what init has not reaped yet.
func wantGone(t *testing.T, dir string, n int) {
	t.Helper()
	if n == 0 {
		return
	}
	pids, err := os.ReadFile(filepath.Join(dir, "pids"))
	if err != nil || len(strings.Fields(string(pids))) != n {
		t.Fatalf("got pids %q and %v, want %d", pids, err, n)
	}
	for _, f := range strings.Fields(string(pids)) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		stat, _ := os.ReadFile("/proc/" + f + "/stat")
		if syscall.Kill(pid, 0) == nil && !strings.Contains(string(stat), ") Z ") {
			t.Errorf("process %d still runs: %s", pid, stat)
		}
	}
}
