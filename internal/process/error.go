package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Error is a command that did not exit with status 0, or did not start.
type Error struct {
	Argv   []string
	Status int    // exit status; -1 if it never exited by itself
	Stderr string // the last 64 KiB, without trailing newlines
	Err    error  // the cause: an exit status, a timeout, too much output
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
type OutputError struct{ Max int64 } // bytes

// Error names the bound.
func (e *OutputError) Error() string {
	if e.Max < 1<<20 {
		return fmt.Sprintf("printed more than %d bytes on standard output", e.Max)
	}
	return fmt.Sprintf("printed more than %d MiB on standard output", e.Max>>20)
}

// CrowdError says that a command started more processes than it may.
type CrowdError struct{ Max int }

// Error names the bound.
func (e *CrowdError) Error() string { return fmt.Sprintf("started more than %d processes", e.Max) }

// ErrOutputHeld is the cause when a command exits with status 0 but leaves a
// child that keeps its standard output or standard error open.
var ErrOutputHeld = errors.New("exited, but left a child behind that keeps its output open: what it printed may be incomplete")

// ownFault is true if a command is stopped for what it does itself.
func ownFault(cause error) bool {
	var slow *TimeoutError
	var long *OutputError
	var crowd *CrowdError
	return errors.As(cause, &slow) || errors.As(cause, &long) || errors.As(cause, &crowd)
}

// status gives the exit status that err carries, or -1.
func status(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// explain names what the kernel's answer to starting c leaves open.
func explain(err error, c Command) error {
	switch {
	case errors.Is(err, syscall.E2BIG):
		name, size := largest(c)
		return fmt.Errorf("arguments and environment are too long, the largest is %s with %d bytes (Linux takes 128 KiB for each): %w", name, size, err)
	case errors.Is(err, syscall.ENOENT) && c.Dir != "":
		if _, statErr := os.Stat(c.Dir); statErr != nil {
			return fmt.Errorf("entering the working directory: %w", statErr)
		}
	}
	return err
}

// largest names the largest argument or variable of c, without its value.
func largest(c Command) (name string, size int) {
	for i, a := range c.Argv {
		if len(a) > size {
			name, size = fmt.Sprintf("argument %d", i), len(a)
		}
	}
	for _, e := range c.Env {
		if len(e) > size {
			key, _, _ := strings.Cut(e, "=")
			name, size = "variable "+key, len(e)
		}
	}
	return name, size
}
