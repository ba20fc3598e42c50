package action

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
	"github.com/argoplan/argoplan/internal/watch"
)

// errEnded is the failure of an Application that ended the run before.
var errEnded = fault.WithHint(errors.New("rendering or comparing it ended the whole process: it needs more memory than there is, or makes a library stop; the others were done without it"),
	"Look for a template, a value or a manifest that grows without bounds; max-memory is the input for the bound.")

// Start is Main for a program, in a second process that this one watches; argv
// and environ are the program's own.
func Start(ctx context.Context, argv, environ []string, stdout *os.File, stderr io.Writer) int {
	if status, ended := watch.Run(argv, environ, stdout); ended {
		return status
	}
	getenv := lookup(environ)
	collectLess(getenv)
	status := Main(ctx, argv[1:], getenv, stdout, stderr)
	watch.Journal{File: getenv(watch.Variable)}.Done()
	return status
}

// resume takes over what was decided after earlier runs.
func (d *comparison) resume() error {
	if d.env.journal.File == "" {
		return nil
	}
	process.BoundMemory(int64(d.in.maxMemory) << 20)
	p := d.env.journal.Read()
	if p.Abandon {
		return fault.WithHint(errors.New("the run was ended again and again: it needs more memory than there is, or makes a library stop"),
			"max-memory is the input for the bound; a file that is scanned for Applications may be too large.")
	}
	if p.Alone {
		d.in.parallel = 1
	}
	d.ended = p.Failed
	return nil
}

// lookup reads variables of a list.
func lookup(environ []string) func(string) string {
	return func(name string) string { return watch.Lookup(environ, name) }
}
