// Package process is the one place that executes commands. A command gets
// exactly the environment it is given, runs in a process group of its own, and
// is gone, with the whole group, when Run returns.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// grace is how long a group may take to end after SIGTERM, as in Argo CD's
// cmpserver/plugin/plugin.go, and how long a child may hold the output after
// the command itself has ended.
const grace = 5 * time.Second

// stopGrace is the time instead of grace when the whole run is stopped: a runner
// that cancels a job kills everything ten seconds later, and until then the
// report must be on disk.
const stopGrace = 2 * time.Second

// stderrKept bounds the tail of standard error that a result carries, in bytes.
const stderrKept = 64 << 10

// Command says what to run.
type Command struct {
	// Argv is the command and its arguments. A name without a slash is looked
	// up in the PATH of Env; a relative one with a slash starts at Dir.
	Argv []string
	// Dir is the working directory; "" is that of this process.
	Dir string
	// Env is the whole environment; nothing is inherited.
	Env []string
	// Stdin is read until its end; nil is an empty input.
	Stdin io.Reader
	// Timeout ends the command; 0 leaves that to the context.
	Timeout time.Duration
	// Cell confines the command; nil runs it with the rights of this process.
	Cell *Cell
	// MaxOutput bounds standard output in bytes; a command that prints more
	// fails. 0 is 64 MiB.
	MaxOutput int64
	// Stdout, if set, is handed to the command as its standard output, without a
	// bound, and whoever reads from it says when that is over. Result.Stdout is
	// empty then.
	Stdout *os.File
}

// Result is what a command that exited with status 0 printed.
type Result struct {
	Stdout []byte
	Stderr string // the last 64 KiB
}

// Run executes c and waits until its whole process group is gone. After c.Timeout
// the group gets SIGTERM, and SIGKILL 5 s later; at the end of ctx, 2 s later.
//
// The output counts as complete when nobody can write to it any more. A command
// that exits with 0 while a child holds its output gets 5 s more, then fails
// with ErrOutputHeld: half a list of manifests must not look like a whole one.
// A child that has let go of the output is killed without an error. One that
// moved to a session of its own lives on, until its Cell is closed if it has one.
//
// Every other error than that of an empty Argv is an *Error.
func Run(ctx context.Context, c Command) (Result, error) { return run(ctx, c, grace) }

// run is Run with the grace as an argument, for tests.
func run(ctx context.Context, c Command, grace time.Duration) (Result, error) {
	if len(c.Argv) == 0 {
		return Result{}, errors.New("running a command: no command given")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if c.Timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, c.Timeout, &TimeoutError{After: c.Timeout})
		defer stop()
	}
	out, errOut := &capped{max: orDefault(c.MaxOutput), full: cancel}, &tail{max: stderrKept}
	err := execute(ctx, c, out, errOut, grace)
	if err == nil && out.over {
		err = context.Cause(ctx) // it ended by itself just then
	}
	if err != nil {
		return Result{}, &Error{Argv: c.Argv, Status: status(err), Stderr: errOut.String(), Err: err}
	}
	return Result{Stdout: out.buf.Bytes(), Stderr: errOut.String()}, nil
}

// execute gives nil for exit status 0, and otherwise the one cause: the context's
// comes before the "signal: terminated" that follows from it.
func execute(ctx context.Context, c Command, stdout, stderr io.Writer, grace time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	path, err := lookPath(c.Argv[0], c.Env)
	if err != nil {
		return err
	}
	if c.Cell == nil {
		return attend(ctx, c, path, stdout, stderr, grace)
	}
	return onThread(func() error {
		if err := c.Cell.confine(); err != nil {
			return fmt.Errorf("confining the command: %w", err)
		}
		return attend(ctx, c, path, stdout, stderr, grace)
	})
}

// attend starts the command at path and stays with it until its group is gone.
func attend(ctx context.Context, c Command, path string, stdout, stderr io.Writer, grace time.Duration) error {
	cmd, unlock := c.prepare(path, grace)
	defer unlock()
	g, err := start(cmd, c, stdout, stderr)
	if c.Cell != nil && forbidsTracing(err) {
		cmd, again := c.prepare(path, grace)
		defer again()
		cmd.SysProcAttr.Ptrace = false
		g, err = start(cmd, c, stdout, stderr)
	}
	if err != nil {
		return explain(err, c)
	}
	if c.Cell != nil && c.Cell.User() == 0 {
		var stop context.CancelFunc
		ctx, stop = g.watchCrowd(ctx, maxProcesses)
		defer stop()
	}
	stopped := g.follow(ctx, grace)
	if crowd := (*CrowdError)(nil); stopped == nil && errors.As(context.Cause(ctx), &crowd) {
		stopped = crowd // killed for that
	}
	exit := g.end(grace)
	if stopped == nil || (errors.Is(stopped, ErrOutputHeld) && exit != nil) {
		return exit
	}
	return stopped
}

// prepare sets a command up in a group of its own.
func (c Command) prepare(path string, grace time.Duration) (cmd *exec.Cmd, unlock func()) {
	cmd = &exec.Cmd{
		Path: path, Args: c.Argv, Dir: c.Dir, Stdin: c.Stdin,
		Env: append([]string{}, c.Env...), // nil would inherit
		// Wait needs a bound for an input that never ends.
		WaitDelay: grace,
	}
	unlock = ownGroup(cmd)
	trace(cmd, c.Cell)
	return cmd, unlock
}

func orDefault(n int64) int64 {
	if n > 0 {
		return n
	}
	return 64 << 20
}
