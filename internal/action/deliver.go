package action

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/term"

	"github.com/argoplan/argoplan/internal/comment"
)

// deliver hands the report over in the order in which a reader would miss it:
// files, step summary, outputs, comment, exit status. Each survives the failure
// of the others.
func (d *comparison) deliver(ctx context.Context, stdout io.Writer) int {
	status := verdict(d.report, d.in.failOn)
	for _, sink := range []func() error{d.writeFiles, d.writeSummary, d.writeOutputs} {
		if err := sink(); err != nil {
			d.log.fail("", 0, err.Error())
			status = max(status, exitIncomplete)
		}
	}
	for _, w := range d.report.Warnings {
		d.log.warn(w.File, w.Line, w.Message)
	}
	d.publish(ctx)
	if !d.env.actions {
		fmt.Fprint(stdout, d.printed(stdout))
		fmt.Fprintf(d.log.w, "report: %s\n", filepath.Join(d.reportDir(), "report.html"))
	}
	return status
}

// defaultColumns is the width where no terminal says its own.
const defaultColumns = 100

// printed is the report for standard output: for a person at a terminal, or as
// Markdown for what reads a pipe.
func (d *comparison) printed(stdout io.Writer) string {
	if d.in.format == "markdown" || d.in.format == "auto" && !isTerminal(stdout) {
		return d.markdown(comment.SummaryBudget)
	}
	on := comment.Screen{Width: d.env.columns, Color: !d.env.noColor}
	if on.Width <= 0 {
		on.Width = columnsOf(stdout)
	}
	return comment.Terminal(d.report, on)
}

// columnsOf asks the terminal itself: shells rarely export COLUMNS.
func columnsOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return defaultColumns
}

// markdown is the report without the marker of a comment.
func (d *comparison) markdown(budget int) string {
	return comment.Markdown(d.report, comment.Options{
		Budget: budget, Head: d.pullHead(), RunURL: d.env.runURL(), ReportDir: d.shownDir(),
	})
}

// reportDir is where the files go: relative to the repository's checkout in
// Actions, to the current directory elsewhere.
func (d *comparison) reportDir() string { return d.inWorkspace(d.in.reportDir) }

// shownDir is the same for those who read the outputs and the comment. A
// container has the workspace at a place of its own: what is below it is named
// relative to it.
func (d *comparison) shownDir() string {
	below, err := filepath.Rel(d.env.workspace, d.in.reportDir)
	if err != nil || d.env.workspace == "" || !filepath.IsAbs(d.in.reportDir) || !filepath.IsLocal(below) {
		return d.in.reportDir
	}
	return below
}

func (d *comparison) inWorkspace(dir string) string {
	if d.env.workspace != "" && !filepath.IsAbs(dir) {
		return filepath.Join(d.env.workspace, dir)
	}
	return dir
}

// writeSummary adds to the step summary, which may hold other steps' text.
func (d *comparison) writeSummary() error {
	if d.env.summary == "" {
		return nil
	}
	if err := appendFile(d.env.summary, d.markdown(comment.SummaryBudget)+"\n"); err != nil {
		return fmt.Errorf("writing the step summary: %w", err)
	}
	return nil
}

// writeOutputs tells later steps the numbers.
func (d *comparison) writeOutputs() error {
	t := d.report.Totals
	return writeOutputs(d.env.output, []output{
		{"changed", strconv.FormatBool(t.Changed > 0)},
		{"applications", strconv.Itoa(t.Selected)},
		{"added", strconv.Itoa(t.Added)},
		{"modified", strconv.Itoa(t.Modified)},
		{"removed", strconv.Itoa(t.Removed)},
		{"dangers", strconv.Itoa(t.Dangers)},
		{"failed", strconv.Itoa(t.Failed)},
		{"skipped", strconv.Itoa(t.Skipped)},
		{"report-dir", d.shownDir()},
	})
}
