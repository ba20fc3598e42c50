package action

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

// mostRuns bounds how often a run begins again.
const mostRuns = 8

// errEnded is the failure of an Application that ended the run before.
var errEnded = fault.WithHint(errors.New("rendering or comparing it ended the whole process: it needs more memory than there is, or makes a library stop; the others were done without it"),
	"Look for a template, a value or a manifest that grows without bounds; max-memory is the input for the bound.")

// Start is Main for a program. Helm, Kustomize and Jsonnet run in this process,
// and what they render may be written to break it: so a command that renders runs
// in a second process of this program, and when that dies, once more without the
// Application that it died of. argv and environ are the program's own.
func Start(ctx context.Context, argv, environ []string, stdout, stderr io.Writer) int {
	getenv := lookup(environ)
	collectLess(getenv)
	c, _ := pick(argv[1:])
	if at := getenv(journalVariable); at != "" {
		status := Main(ctx, argv[1:], getenv, stdout, stderr)
		journal{at}.note(done)
		return status
	}
	if !c.renders || runtime.GOOS != "linux" {
		return Main(ctx, argv[1:], getenv, stdout, stderr)
	}
	process.Shield()
	file, err := os.CreateTemp(getenv("RUNNER_TEMP"), "argoplan-journal-")
	if err != nil {
		return Main(ctx, argv[1:], getenv, stdout, stderr)
	}
	_ = file.Close()
	defer os.Remove(file.Name())
	return supervise(ctx, journal{file.Name()}, func() (int, error) {
		said := &heard{}
		if getenv("GITHUB_ACTIONS") != "true" {
			said = nil // a person reads it as it comes
		}
		status, err := process.Again(ctx, argv, append(environ, journalVariable+"="+file.Name()), said.writer(), func() syscall.Signal { return signalOf(ctx) })
		said.tell(stdout)
		return status, err
	})
}

// supervise runs again and again until a run ends by itself.
func supervise(ctx context.Context, j journal, run func() (int, error)) int {
	for i := 1; ; i++ {
		status, err := run()
		p := j.read()
		if !p.done {
			for _, dir := range p.scratch {
				_ = os.RemoveAll(dir)
			}
		}
		switch {
		case p.done || ctx.Err() != nil && status >= 0:
			return status
		case err != nil || ctx.Err() != nil || p.abandon:
			return exitIncomplete
		}
		last := p.inFlight[len(p.inFlight)-1]
		guilty := p.verdict()
		for _, id := range guilty {
			j.note(fails + id)
		}
		if len(guilty) == 0 {
			j.note(alone)
		}
		if i >= mostRuns || len(last) == 0 {
			j.note(abandon)
		}
		j.note(again)
	}
}

// resume takes over what the supervisor decided after earlier runs.
func (d *comparison) resume() error {
	if d.env.journal.file == "" {
		return nil
	}
	process.BoundMemory(int64(d.in.maxMemory) << 20)
	p := d.env.journal.read()
	if p.abandon {
		return fault.WithHint(errors.New("the run was ended again and again: it needs more memory than there is, or makes a library stop"),
			"max-memory is the input for the bound; a file that is scanned for Applications may be too large.")
	}
	if p.alone {
		d.in.parallel = 1
	}
	d.ended = p.failed
	return nil
}

// lookup reads a variable of a list; the last entry counts, as for a shell.
func lookup(environ []string) func(string) string {
	return func(name string) string {
		for i := len(environ) - 1; i >= 0; i-- {
			if value, ok := strings.CutPrefix(environ[i], name+"="); ok {
				return value
			}
		}
		return ""
	}
}
