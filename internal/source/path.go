// Package source turns one source of an Application into a directory on disk:
// a path in a tree, or a chart from a Helm repository. It doesn't look at what
// the directory holds.
package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// Path gives the absolute directory of a source's path below root, a tree on
// disk. An empty path is root itself. The errors are those of Argo CD's
// util/app/path/path.go; links may not lead out of root.
func Path(root, path string) (string, error) {
	if filepath.IsAbs(path) {
		return "", fault.WithHint(fmt.Errorf("%s: app path is absolute", path),
			"Write the path relative to the repository's root, without a leading slash.")
	}
	dir := filepath.Join(root, path)
	if !below(root, dir) {
		return "", fmt.Errorf("%s: app path outside root", path)
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fault.WithHint(fmt.Errorf("%s: app path does not exist", path),
			"Correct the path, or remove the Application together with its directory.")
	}
	if err != nil {
		return "", fmt.Errorf("%s: reading the app path: %w", path, errors.Unwrap(err))
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s: app path is not a directory", path)
	}
	return dir, contained(root, dir, path)
}

// contained follows every link on the way to dir.
func contained(root, dir, path string) error {
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return fmt.Errorf("%s: reading the root: %w", path, err)
	}
	realDir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return fmt.Errorf("%s: reading the app path: %w", path, err)
	}
	if !below(realRoot, realDir) {
		return fmt.Errorf("%s: app path outside root", path)
	}
	return nil
}

// below is true for root and everything inside; both are clean.
func below(root, path string) bool {
	return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}
