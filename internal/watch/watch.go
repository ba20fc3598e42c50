// Package watch has a run go on in a second process of this program, and sees it
// to its end. Helm, Kustomize and Jsonnet work in the run's own process, and what
// they render may be written to break it: so the first process only watches, and
// when the second dies, it begins once more without the Application that it died
// of.
//
// It imports little on purpose: cmd/action/first calls it before the packages
// that render are initialised, which a process that only watches can do without.
package watch

import (
	"os"
	"strings"
)

// Incomplete is the exit status of a run that did not come to its end.
const Incomplete = 1

// mostRuns bounds how often a run begins again.
const mostRuns = 8

// unwatched is the command that renders nothing.
const unwatched = "version"

// Run runs argv once more, with environ and a journal, until a run ends by itself
// or a signal stops it, and gives its exit status. ended is false if there is
// nothing to watch: this is the run that is watched, or a command that renders
// nothing, or the machine can't do it; then nothing has happened. What a run
// that dies in Actions says goes to stdout.
func Run(argv, environ []string, stdout *os.File) (status int, ended bool) {
	if Lookup(environ, Variable) != "" || len(argv) > 1 && argv[1] == unwatched || !able {
		return 0, false
	}
	file, err := os.CreateTemp(Lookup(environ, "RUNNER_TEMP"), "argoplan-journal-")
	if err != nil {
		return 0, false
	}
	_ = file.Close()
	defer os.Remove(file.Name())
	shield()
	s := attend()
	defer s.leave()
	return supervise(Journal{file.Name()}, s.stopped.Load, func() (int, error) {
		return s.run(argv, append(environ, Variable+"="+file.Name()), listener(environ, stdout))
	}), true
}

// supervise runs again and again until a run ends by itself, or is stopped.
func supervise(j Journal, stopped func() bool, run func() (int, error)) int {
	for i := 1; ; i++ {
		status, err := run()
		p := j.Read()
		if !p.done {
			for _, dir := range p.scratch {
				_ = os.RemoveAll(dir)
			}
		}
		switch {
		case p.done || stopped() && status >= 0:
			return status
		case err != nil || stopped() || p.Abandon:
			return Incomplete
		}
		j.decide(p, i >= mostRuns)
	}
}

// decide notes what the next run is to do without.
func (j Journal) decide(p Past, last bool) {
	guilty := p.verdict()
	for _, id := range guilty {
		j.note(fails + id)
	}
	if len(guilty) == 0 {
		j.note(alone)
	}
	if last || len(p.inFlight[len(p.inFlight)-1]) == 0 {
		j.note(abandon)
	}
	j.note(again)
}

// Lookup reads a variable of a list; the last entry counts, as for a shell.
func Lookup(environ []string, name string) string {
	for i := len(environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// listener hears what a run writes to standard error in Actions; nil elsewhere,
// where a person reads it as it comes.
func listener(environ []string, stdout *os.File) *heard {
	if Lookup(environ, "GITHUB_ACTIONS") != "true" {
		return nil
	}
	return &heard{to: stdout}
}
