// Package action wires one run: it reads arguments, environment and event,
// takes the data through every stage, and delivers the report.
package action

import (
	"context"
	"errors"
	"flag"
	"io"
	stdlog "log"
	"os"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

// Main is the whole command. It gives the exit status, which is that of a signal
// if ctx ended with Stopped. In Actions everything
// goes to standard output, where the runner reads it; elsewhere the log goes to
// standard error and the report to standard output.
func Main(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	// Helm writes warnings to the standard logger, some with values in them.
	stdlog.SetOutput(io.Discard)
	process.Shield()
	env := readEnvironment(getenv)
	logTo := stderr
	if env.actions {
		logTo = stdout
	}
	log := newLogger(env, logTo, isTerminal(logTo))
	c, args := pick(args)
	in, err := parse(c, args, env, stdout)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		return stop(log, err)
	}
	learnInputs(log.secrets, env, in)
	return orSignal(ctx, profiled(in, log, func() int { return c.run(ctx, env, in, log, stdout) }))
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
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || errors.Is(joined.Unwrap()[0], errUsage) {
		return []error{err}
	}
	return joined.Unwrap()
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
