package action

import (
	"fmt"
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

func (d *comparison) writeManifests(dir string) error {
	for _, m := range d.manifests {
		for _, s := range []struct {
			side report.Side
			text []byte
		}{{report.Base, m.base}, {report.Head, m.head}} {
			if s.text == nil {
				continue
			}
			if err := report.WriteFile(dir, report.ManifestPath(s.side, m.id.Namespace, m.id.Name), s.text); err != nil {
				return err
			}
		}
	}
	return nil
}
