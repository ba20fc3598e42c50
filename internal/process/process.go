// Package process is the one place that executes commands. A command gets
// exactly the environment it is given, runs in a process group of its own, and
// is gone, with all its children, when Run returns.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// grace is how long a group may take to end after SIGTERM, as in Argo CD's
// cmpserver/plugin/plugin.go.
const grace = 5 * time.Second

// stderrKept bounds the tail of standard error that a result carries.
const stderrKept = 64 << 10

// Command says what to run.
type Command struct {
	Argv []string
	Dir  string
	// Env is the whole environment; nothing is inherited.
	Env []string
	// Stdin is read until its end; nil is an empty input.
	Stdin io.Reader
	// Timeout ends the command; 0 leaves that to the context.
	Timeout time.Duration
	// MaxOutput bounds standard output in bytes; a command that prints more
	// fails. 0 is 64 MiB.
	MaxOutput int64
}

// Result is what a command that exited with status 0 printed.
type Result struct {
	Stdout []byte
	Stderr string // the last 64 KiB
}

// Error is a command that did not exit with status 0.
type Error struct {
	Argv   []string
	Status int // exit status; -1 if it never exited by itself
	Stderr string
	Err    error // the cause: an exit status, a timeout, too much output
}

// Error gives the command's name and the cause. Standard error is left to the
// caller, who knows whether it may be shown.
func (e *Error) Error() string { return fmt.Sprintf("running %s: %v", e.Argv[0], e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// TimeoutError says that a command took longer than it may.
type TimeoutError struct{ After time.Duration }

// Error names the bound.
func (e *TimeoutError) Error() string { return fmt.Sprintf("stopped after %s", e.After) }

// OutputError says that a command printed more than it may.
type OutputError struct{ Max int64 }

// Error names the bound.
func (e *OutputError) Error() string {
	return fmt.Sprintf("printed more than %d MiB on standard output", e.Max>>20)
}

// Run executes c and waits until its whole process group is gone.
func Run(ctx context.Context, c Command) (Result, error) {
	if len(c.Argv) == 0 {
		return Result{}, errors.New("running a command: no command given")
	}
	ctx, cancel := deadline(ctx, c.Timeout)
	defer cancel(nil)
	out := &capped{max: orDefault(c.MaxOutput), full: func(err error) { cancel(err) }}
	errOut := &tail{max: stderrKept}
	err := start(ctx, c, out, errOut)
	if err == nil {
		return Result{Stdout: out.Bytes(), Stderr: errOut.String()}, nil
	}
	return Result{}, failure(ctx, c, err, errOut.String())
}

// deadline derives a context that ends with a TimeoutError as its cause.
func deadline(ctx context.Context, d time.Duration) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if d <= 0 {
		return ctx, cancel
	}
	timer := time.AfterFunc(d, func() { cancel(&TimeoutError{After: d}) })
	return ctx, func(cause error) { timer.Stop(); cancel(cause) }
}

// start runs the command in a process group of its own. What is left of the
// group when the leader ends is killed: a background child would otherwise
// outlive the run.
func start(ctx context.Context, c Command, stdout, stderr io.Writer) error {
	cmd := exec.CommandContext(ctx, c.Argv[0], c.Argv[1:]...)
	cmd.Path, cmd.Err = lookPath(c.Argv[0], c.Dir, c.Env)
	cmd.Dir, cmd.Env, cmd.Stdin = c.Dir, append([]string{}, c.Env...), c.Stdin
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return terminate(cmd.Process.Pid) }
	// The leader's own end closes nothing if a child holds the pipe.
	cmd.WaitDelay = grace
	if err := cmd.Start(); err != nil {
		return err
	}
	err := cmd.Wait()
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	return err
}

// terminate asks the group to end, and kills it when it doesn't in time.
func terminate(pid int) error {
	time.AfterFunc(grace-time.Second/2, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	return syscall.Kill(-pid, syscall.SIGTERM)
}

// failure says why a command ended: the context's own cause before "killed".
func failure(ctx context.Context, c Command, err error, stderr string) error {
	e := &Error{Argv: c.Argv, Status: -1, Stderr: strings.TrimRight(stderr, "\n"), Err: err}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		e.Status = exit.ExitCode()
	}
	if ctx.Err() != nil {
		e.Err = context.Cause(ctx)
	} else if errors.Is(err, exec.ErrWaitDelay) {
		e.Err = errors.New("left a child behind that keeps its output open")
	}
	return e
}

func orDefault(n int64) int64 {
	if n > 0 {
		return n
	}
	return 64 << 20
}
