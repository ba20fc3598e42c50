package render

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// Bounds of a private copy of a chart; larger ones are no charts.
const (
	maxCopyBytes = 1 << 30
	maxCopyFiles = 100_000
	maxCopyDepth = 32
)

// copyChart copies the chart and the charts it names by file:// to the same
// places below work, so that relative paths between them still hold, and gives
// the copy of in.Dir.
func copyChart(in Input, work string, dependencies []chartDependency) (string, error) {
	relative, err := filepath.Rel(in.Root, in.Dir)
	if err != nil {
		return "", fmt.Errorf("copying the chart: %w", err)
	}
	c := &chartCopier{root: in.Root}
	target := filepath.Join(work, "tree", relative)
	if err := c.copyDir(in.Dir, target, 0); err != nil {
		return "", fmt.Errorf("copying the chart: %w", shorten(err, in.Dir))
	}
	for _, dependency := range dependencies {
		path, local := strings.CutPrefix(dependency.Repository, "file://")
		if !local {
			continue
		}
		from := filepath.Join(in.Dir, path)
		if filepath.IsAbs(path) || !isBelow(in.Root, from) {
			return "", outsideDependency(dependency)
		}
		if err := c.copyDir(from, filepath.Join(target, path), 0); err != nil {
			return "", fault.InFile(fmt.Errorf("copying the dependency %s from %s: %w",
				dependency.Name, dependency.Repository, shorten(err, in.Root)), "Chart.yaml")
		}
	}
	return target, nil
}

func outsideDependency(d chartDependency) error {
	return fault.InFile(fault.WithHint(
		fmt.Errorf("expected the dependency %s to lie in the same repository, found %s", d.Name, d.Repository),
		"Use a path relative to the chart that stays inside the repository."), "Chart.yaml")
}

// chartCopier copies trees with links replaced by what they lead to, because Helm
// reads through links too. It never reads outside root.
type chartCopier struct {
	root  string
	bytes int64
	files int
}

func (c *chartCopier) copyDir(from, to string, depth int) error {
	if depth > maxCopyDepth {
		return fmt.Errorf("%s: expected at most %d directories inside each other, is there a link that leads to itself?", from, maxCopyDepth)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, entry := range entries {
		if err := c.copyEntry(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name()), depth); err != nil {
			return err
		}
	}
	return nil
}

func (c *chartCopier) copyEntry(from, to string, depth int) error {
	real, err := c.inside(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	if info.IsDir() {
		if info.Name() == ".git" {
			return nil
		}
		return c.copyDir(from, to, depth+1)
	}
	if c.files++; c.files > maxCopyFiles {
		return fmt.Errorf("expected at most %d files", maxCopyFiles)
	}
	return c.copyFile(real, to, info)
}

// inside follows links and refuses what they find outside the root.
func (c *chartCopier) inside(path string) (string, error) {
	root, err := filepath.EvalSymlinks(c.root)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if real != root && !isBelow(root, real) {
		return "", fmt.Errorf("%s: the link leads outside of the repository", path)
	}
	return real, nil
}

func (c *chartCopier) copyFile(from, to string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: expected a regular file", from)
	}
	if c.bytes += info.Size(); c.bytes > maxCopyBytes {
		return fmt.Errorf("expected at most %d MiB", maxCopyBytes>>20)
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		// A dependency inside the chart was copied with it.
		return nil
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
