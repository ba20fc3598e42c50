// Package action wires one run: it reads arguments, environment and event,
// takes the data through every stage, and delivers the report.
package action

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/argoplan/argoplan/internal/fault"
)

// Main is the whole command. It gives the exit status. In Actions everything
// goes to standard output, where the runner reads it; elsewhere the log goes to
// standard error and the report to standard output.
func Main(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	env := readEnvironment(getenv)
	logTo := stderr
	if env.actions {
		logTo = stdout
	}
	log := newLogger(env, logTo, isTerminal(logTo))
	command, args := subcommand(args)
	if command == "version" {
		fmt.Fprintln(stdout, "argoplan "+version())
		return exitDone
	}
	in, err := parse(args, env, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		return stop(log, err)
	}
	return diff(ctx, env, in, log, stdout)
}

// subcommand splits off the name of the command; without one it is diff.
func subcommand(args []string) (string, []string) {
	if len(args) > 0 && (args[0] == "diff" || args[0] == "version") {
		return args[0], args[1:]
	}
	return "diff", args
}

// stop reports what ended the run before anything was rendered.
func stop(log *logger, err error) int {
	for _, e := range each(err) {
		message := e.Error()
		if hint := fault.HintOf(e); hint != "" {
			message += "\nhint: " + hint
		}
		log.fail("", 0, message)
	}
	return exitUsage
}

// each takes joined errors apart, so that each is reported by itself.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && joined.Unwrap()[0] != errUsage {
		return joined.Unwrap()
	}
	return []error{err}
}

// isTerminal says whether a person watches.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
