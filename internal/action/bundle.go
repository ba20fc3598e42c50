package action

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// readBundle reads the report that another job made, perhaps by a stranger's
// workflow: of its directory it takes report.json alone, as data. Nothing else
// in there is read, and no link is followed.
func readBundle(dir string) (*report.Report, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fault.WithHint(fmt.Errorf("reading the report of the other job: %w", err),
			"download its artifact to report-dir first, see docs/forks.md")
	}
	defer root.Close()
	data, err := regularFile(root, "report.json", report.MaxBytes)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.WithHint(errors.New("reading the report of the other job: expected report.json in report-dir, found none"),
			"that job failed before argoplan ran, or uploaded another directory")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the report of the other job: %w", err)
	}
	return report.Read(data)
}

// regularFile reads a plain file of at most size bytes. It opens nothing else:
// a pipe would block, a link could lead anywhere.
func regularFile(root *os.Root, name string, size int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("expected %s to be a file, found %s", name, info.Mode())
	}
	if info.Size() > size {
		return nil, fmt.Errorf("expected %s to have at most %d bytes, found %d", name, size, info.Size())
	}
	f, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return nil, fmt.Errorf("expected %s to stay what it is, found another file", name)
	}
	return io.ReadAll(io.LimitReader(f, size+1)) // report.Read refuses more
}
