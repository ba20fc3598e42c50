package process

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What a test may expect must not depend on how fast the machine is: short is the
// grace of commands that it is to strike, long of those that it must not.
const (
	short = 150 * time.Millisecond
	long  = time.Minute
)

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
			got, err := run(t.Context(), tt.command, long)
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
	got, err := run(t.Context(), c, long)
	if err != nil || string(got.Stdout) != big {
		t.Errorf("got %d bytes and %v, want %d", len(got.Stdout), err, len(big))
	}
	c = shell("exit 0") // reads none of it
	c.Stdin = strings.NewReader(big)
	if _, err := run(t.Context(), c, long); err != nil {
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
			_, err := run(t.Context(), tt.command, long)
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
	_, err := run(t.Context(), c, long)
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
	for script, grace := range map[string]time.Duration{"yes": long, "head -c 2000 /dev/zero": long, "trap '' TERM; while :; do echo y; done": short} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			c := shell(script)
			c.MaxOutput = 1000
			_, err := run(t.Context(), c, grace)
			var e *OutputError
			if !errors.As(err, &e) || e.Max != 1000 {
				t.Errorf("got %v, want an OutputError", err)
			}
		})
	}
	c := shell("head -c 1000 /dev/zero")
	c.MaxOutput = 1000
	if got, err := run(t.Context(), c, long); err != nil || len(got.Stdout) != 1000 {
		t.Errorf("got %d bytes and %v, want exactly the bound", len(got.Stdout), err)
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
