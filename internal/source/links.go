package source

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	trees "github.com/argoplan/argoplan/internal/tree"
)

// CheckLinks fails at the first symbolic link of a tree, in lexical order,
// that is absolute or whose way steps out of the tree, even if it comes back.
// Argo CD refuses such a repository or chart as a whole (util/app/path:
// CheckOutOfBoundsSymlinks). Only .git at the root is left out.
func CheckLinks(files trees.FS) error {
	err := trees.Walk(files, func(name string, entry fs.DirEntry) (bool, error) {
		if entry.Type()&fs.ModeSymlink != 0 {
			return false, checkLink(files, name)
		}
		return name != ".git", nil
	})
	if err != nil {
		return fmt.Errorf("checking symbolic links: %w", err)
	}
	return nil
}

func checkLink(files trees.FS, name string) error {
	target, err := files.ReadLink(name)
	if err != nil {
		return err
	}
	if filepath.IsAbs(target) || stepsOut(filepath.Dir(name), target) {
		return fault.InFile(fault.WithHint(
			fmt.Errorf("repository contains out-of-bounds symlinks. file: %s", name),
			"Replace the link by a relative one that never leaves the repository; Argo CD refuses the whole repository otherwise."), name)
	}
	return nil
}

// stepsOut walks target from dir, a path relative to the root, one name at a
// time, and is true as soon as the way leaves the root.
func stepsOut(dir, target string) bool {
	at := filepath.Clean(dir)
	for _, name := range strings.Split(target, "/") {
		at = filepath.Join(at, name)
		if at == ".." || strings.HasPrefix(at, "../") {
			return true
		}
	}
	return false
}
