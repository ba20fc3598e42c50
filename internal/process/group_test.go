package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRunStops covers the ends of a command that does not end by itself; pids
// are those of all processes it had. It is stopped once all of them are there.
func TestRunStops(t *testing.T) {
	t.Parallel()
	const (
		child    = "echo $$ >> pids; (: > up; exec sleep 999) & echo $! >> pids; "
		stubborn = "echo $$ >> pids; (trap '' TERM; : > up; exec sleep 999) & echo $! >> pids; "
		ready    = "until test -e up; do sleep 0.01; done; echo > ready; wait"
	)
	tests := []struct {
		name, script   string
		grace, atLeast time.Duration
	}{
		{"obeys SIGTERM", child + ready, long, 0},
		{"exits with 0 on SIGTERM", "trap 'exit 0' TERM; " + child + ready, long, 0},
		{"cleans up on SIGTERM", "trap 'touch cleaned; exit 1' TERM; " + child + ready, long, 0},
		{"ignores SIGTERM", "trap '' TERM; " + child + ready, short, short},
		{"leader ends, child ignores SIGTERM", stubborn + ready, short, short},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			c, slow := shell(tt.script), &TimeoutError{After: time.Second}
			c.Dir = t.TempDir()
			stopped := once(ctx, filepath.Join(c.Dir, "ready"), func() { cancel(slow) })
			_, err := run(ctx, c, tt.grace)
			took := time.Since(<-stopped)
			var timeout *TimeoutError
			if !errors.As(err, &timeout) || timeout != slow {
				t.Errorf("got %v, want the TimeoutError", err)
			}
			if took < tt.atLeast || took >= long {
				t.Errorf("took %s", took)
			}
			wantGone(t, c.Dir, 2)
			if _, err := os.Stat(filepath.Join(c.Dir, "cleaned")); strings.Contains(tt.script, "cleaned") && err != nil {
				t.Error("no time to clean up")
			}
		})
	}
}

func TestRunTimeout(t *testing.T) {
	t.Parallel()
	c := shell("sleep 999")
	c.Timeout = 100 * time.Millisecond
	begin := time.Now()
	_, err := run(t.Context(), c, long)
	var timeout *TimeoutError
	if took := time.Since(begin); !errors.As(err, &timeout) || timeout.After != c.Timeout || took < c.Timeout || took >= long {
		t.Errorf("got %v after %s, want a TimeoutError", err, took)
	}
}

func TestRunCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := shell("echo partial; echo $$ > pids; sleep 999")
	c.Dir = t.TempDir()
	once(ctx, filepath.Join(c.Dir, "pids"), cancel)
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
	stopped := once(ctx, filepath.Join(c.Dir, "pids"), cancel)
	_, err := run(ctx, c, long)
	if took := time.Since(<-stopped); !errors.Is(err, context.Canceled) || took < stopGrace || took >= long {
		t.Errorf("got %v after %s", err, took)
	}
	wantGone(t, c.Dir, 1)
}

func TestRunChildLeftBehind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, script, want string
		grace              time.Duration
		held               bool
		status             int
		children           int
	}{
		{"quiet child is killed", "sleep 999 >/dev/null 2>&1 & echo $! > pids; echo all", "all\n", long, false, 0, 1},
		{"late writer is waited for", "(sleep 0.05; echo late) & echo soon", "soon\nlate\n", long, false, 0, 0},
		{"holds stdout", "sleep 999 & echo $! > pids; echo some", "", short, true, -1, 1},
		{"holds stderr", "sleep 999 >/dev/null & echo $! > pids; echo some", "", short, true, -1, 1},
		{"failure outranks it", "sleep 999 & echo $! > pids; exit 7", "", short, false, 7, 1},
		{"holds stdout in another session", "setsid sh -c 'echo $$ > left; exec sleep 99' & until test -s left; do sleep 0.01; done; echo some", "", short, true, -1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := shell(tt.script)
			c.Dir = t.TempDir()
			begin := time.Now()
			got, err := run(t.Context(), c, tt.grace)
			if took := time.Since(begin); took >= long {
				t.Errorf("took %s", took)
			}
			if string(got.Stdout) != tt.want || errors.Is(err, ErrOutputHeld) != tt.held {
				t.Errorf("got %q and %v, want %q", got.Stdout, err, tt.want)
			}
			var e *Error
			if errors.As(err, &e) && e.Status != tt.status || (err == nil) != (tt.status == 0) {
				t.Errorf("got %v, want status %d", err, tt.status)
			}
			wantGone(t, c.Dir, tt.children)
			if left, err := os.ReadFile(filepath.Join(c.Dir, "left")); err == nil {
				pid, _ := strconv.Atoi(strings.TrimSpace(string(left)))
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Errorf("what is in another session: %v", err)
				}
			}
		})
	}
}

// TestAwaitGone: it gives up, but not at once.
func TestAwaitGone(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("sleep", "999")
	defer ownGroup(cmd)()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	(&group{cmd: cmd}).awaitGone()
	if took := time.Since(begin); took < 100*time.Millisecond {
		t.Errorf("it waited for %s", took)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// once calls do when a command has written file, and tells when that was. A
// command that fails to is stopped all the same.
func once(ctx context.Context, file string, do func()) <-chan time.Time {
	at := make(chan time.Time, 1)
	go func() {
		eventually(func() bool {
			data, err := os.ReadFile(file)
			return ctx.Err() != nil || err == nil && len(data) > 0
		})
		at <- time.Now()
		do()
	}()
	return at
}

// eventually waits for what comes soon, and takes long on a busy machine.
func eventually(done func() bool) bool {
	for start := time.Now(); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Since(start) >= long {
			return false
		}
	}
	return true
}

// wantGone checks that the n processes named in dir/pids have been killed: they
// go as soon as they get a processor. A zombie is what init has not reaped yet.
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
		var stat []byte
		if !eventually(func() bool {
			stat, _ = os.ReadFile("/proc/" + f + "/stat")
			return syscall.Kill(pid, 0) != nil || strings.Contains(string(stat), ") Z ")
		}) {
			t.Errorf("process %d still runs: %s", pid, stat)
		}
	}
}
