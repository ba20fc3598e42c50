package action

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/report"
)

// writeFiles writes the report directory. Where that can't be done, the report
// goes to the runner's temporary directory, and if not even that, to the log: the
// run fails, but nothing of it is lost.
func (d *comparison) writeFiles() error {
	err := d.writeReport(d.reportDir())
	if err == nil {
		return nil
	}
	spare, spareErr := os.MkdirTemp(d.env.tempDir, "argoplan-report-")
	if spareErr == nil {
		spareErr = d.writeReport(spare)
	}
	if spareErr == nil {
		return fmt.Errorf("%w; the report is in %s instead", err, spare)
	}
	d.log.group("report", 0, strings.Split(d.markdown(comment.DefaultBudget), "\n"))
	return fmt.Errorf("%w; the log holds the report instead", err)
}

// writeReport fills dir. Manifests of an earlier run go first, so that what is
// there is of this one.
func (d *comparison) writeReport(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, "manifests")); err != nil {
		return fmt.Errorf("clearing the report directory: %w", err)
	}
	data, err := d.report.JSON()
	if err != nil {
		return err
	}
	if err := report.WriteFile(dir, "report.json", data); err != nil {
		return err
	}
	if err := report.WriteFile(dir, "report.md", []byte(d.markdown(wholeReport))); err != nil {
		return err
	}
	if data, err = d.report.HTML(comment.Verdict(d.report)); err != nil {
		return err
	}
	if err := report.WriteFile(dir, "report.html", data); err != nil {
		return err
	}
	return d.writeManifests(dir)
}

// wholeReport is the budget of report.md, which is a file and has no limit of
// its own; the bound keeps one run from filling a disk.
const wholeReport = 50 << 20

// writeManifests copies what was spooled while rendering, without the secrets that
// were learnt since.
func (d *comparison) writeManifests(dir string) error {
	return d.eachManifest(d.log.secrets.Text, func(name string, text []byte) error { return report.WriteFile(dir, name, text) })
}

// eachManifest gives what was spooled, with its texts through hide. The run may
// have ended before there was any.
func (d *comparison) eachManifest(hide func(text string) string, give func(name string, text []byte) error) error {
	from := os.DirFS(filepath.Join(d.scratch, spool))
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == "." || err == nil && entry.IsDir() {
			return nil
		}
		var text []byte
		if err == nil {
			text, err = fs.ReadFile(from, name)
		}
		if err != nil {
			return fmt.Errorf("reading the manifests: %w", err)
		}
		return give(name, []byte(hide(string(text))))
	})
}
