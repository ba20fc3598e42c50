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

	"github.com/google/go-cmp/cmp"
)

// short is the grace of these tests: long beside what a shell needs, short
// beside the tests' patience.
const short = 150 * time.Millisecond

func shell(script string) Command {
	return Command{Argv: []string{"/bin/sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin"}}
}

func TestRunResult(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tests := []struct {
		name           string
		command        Command
		stdout, stderr string
	}{
		{"both outputs", shell("echo out; echo err >&2"), "out\n", "err"},
		{"nothing is inherited", Command{Argv: []string{"/usr/bin/env"}}, "", ""},
		{"exactly the environment", Command{Argv: []string{"/usr/bin/env"}, Env: []string{"A=1", "B=x y"}}, "A=1\nB=x y\n", ""},
		{"the last variable wins", Command{Argv: []string{"/usr/bin/env"}, Env: []string{"A=1", "A=2"}}, "A=2\n", ""},
		{"no input", shell("cat; echo end"), "end\n", ""},
		{"directory", Command{Argv: []string{"/bin/sh", "-c", "pwd -P"}, Dir: dir}, realPath(t, dir) + "\n", ""},
		{"found by the given PATH", Command{Argv: []string{"sh", "-c", "echo $0"}, Env: []string{"PATH=/nowhere:/bin"}}, "sh\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t.Context(), tt.command, short)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.stdout, tt.stderr}, []string{string(got.Stdout), got.Stderr}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRunInput(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("line\n", 1<<16)
	c := shell("cat")
	c.Stdin = strings.NewReader(big)
	got, err := run(t.Context(), c, short)
	if err != nil || string(got.Stdout) != big {
		t.Errorf("got %d bytes and %v, want %d", len(got.Stdout), err, len(big))
	}
	c = shell("exit 0") // reads none of it
	c.Stdin = strings.NewReader(big)
	if _, err := run(t.Context(), c, short); err != nil {
		t.Error(err)
	}
}

func TestRunError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := Command{Argv: []string{"/bin/true"}, Env: []string{"SMALL=1", "SECRET=" + strings.Repeat("x", 200_000)}}
	tests := []struct {
		name    string
		command Command
		status  int
		want    string
	}{
		{"exit status", shell("exit 3"), 3, "running /bin/sh: exit status 3"},
		{"a signal from outside", shell("kill -9 $$"), -1, "running /bin/sh: signal: killed"},
		{"not found", Command{Argv: []string{"nosuchtool"}, Env: []string{"PATH=/bin"}}, -1,
			`running nosuchtool: executable file not found in $PATH: "nosuchtool" is in none of the directories of PATH`},
		{"no directory", Command{Argv: []string{"/bin/true"}, Dir: dir + "/gone"}, -1,
			"running /bin/true: entering the working directory: stat " + dir + "/gone: no such file or directory"},
		{"too long a variable", big, -1,
			"running /bin/true: arguments and environment are too long, the largest is variable SECRET with 200007 bytes (Linux takes 128 KiB for each): fork/exec /bin/true: argument list too long"},
		{"too long an argument", Command{Argv: []string{"/bin/true", strings.Repeat("x", 200_000)}}, -1,
			"running /bin/true: arguments and environment are too long, the largest is argument 1 with 200000 bytes (Linux takes 128 KiB for each): fork/exec /bin/true: argument list too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t.Context(), tt.command, short)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if e.Status != tt.status || err.Error() != tt.want {
				t.Errorf("got %d, %v\nwant %d, %s", e.Status, err, tt.status, tt.want)
			}
		})
	}
}

func TestRunWithoutCommand(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), Command{}); err == nil {
		t.Error("no error for no command")
	}
}

func TestRunErrorKeepsStderr(t *testing.T) {
	t.Parallel()
	c := shell("i=0; while [ $i -lt 3000 ]; do echo 'a line of forty characters, more or less.' >&2; i=$((i+1)); done; echo last >&2; exit 1")
	_, err := run(t.Context(), c, short)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if !strings.HasSuffix(e.Stderr, "\nlast") || len(e.Stderr) != stderrKept-1 || !cmp.Equal(e.Argv, c.Argv) {
		t.Errorf("got %d bytes of stderr that end with %q, argv %q", len(e.Stderr), e.Stderr[len(e.Stderr)-10:], e.Argv)
	}
}

func TestRunBoundsOutput(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"yes", "head -c 2000 /dev/zero", "trap '' TERM; while :; do echo y; done"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			c := shell(script)
			c.MaxOutput = 1000
			_, err := run(t.Context(), c, short)
			var e *OutputError
			if !errors.As(err, &e) || e.Max != 1000 {
				t.Errorf("got %v, want an OutputError", err)
			}
		})
	}
	c := shell("head -c 1000 /dev/zero")
	c.MaxOutput = 1000
	if got, err := run(t.Context(), c, short); err != nil || len(got.Stdout) != 1000 {
		t.Errorf("got %d bytes and %v, want exactly the bound", len(got.Stdout), err)
	}
}

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

func TestLookPathPassesRelativeEntriesBy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tool"), []byte("#!/bin/sh\necho run\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(realPath(t, here), realPath(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{".", "", ":", "./", rel} {
		c := Command{Argv: []string{"tool"}, Dir: dir, Env: []string{"PATH=" + path}}
		if path == rel {
			c.Dir = ""
		}
		if got, err := run(t.Context(), c, short); err == nil {
			t.Errorf("PATH=%q: ran %s", path, got.Stdout)
		}
	}
	c := Command{Argv: []string{"./tool"}, Dir: dir}
	if got, err := run(t.Context(), c, short); err != nil || string(got.Stdout) != "run\n" {
		t.Errorf("got %q and %v for a name relative to Dir", got.Stdout, err)
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

func realPath(t *testing.T, path string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return real
}
