package action

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/argoplan/argoplan/internal/shard"
)

// bundleFile is where a bundle lies below bundles.
type bundleFile struct {
	id   shard.ID
	path string
}

// findBundles finds the files of bundles in a directory, and one level below it:
// download-artifact makes a directory for each artifact, unless it is told to
// merge them. Other files are left alone. The result is sorted by shard.
func findBundles(root *os.Root) (files []bundleFile, err error) {
	add := func(dir string, entries []fs.DirEntry) {
		for _, entry := range entries {
			if id, is := shard.OfFile(entry.Name()); is {
				files = append(files, bundleFile{id, path.Join(dir, entry.Name())})
			}
		}
	}
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	add(".", entries)
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		below, err := fs.ReadDir(root.FS(), entry.Name())
		if err != nil {
			return nil, err
		}
		add(entry.Name(), below)
	}
	if len(files) > 2*shard.Most {
		return nil, errors.New("expected one bundle of each shard, found many more")
	}
	slices.SortFunc(files, func(a, b bundleFile) int {
		return cmp.Or(cmp.Compare(a.id.Index, b.id.Index), cmp.Compare(a.path, b.path))
	})
	return files, nil
}

// keepFile writes a file and the directories above it.
func keepFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("keeping the manifests: %w", err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("keeping the manifests: %w", err)
	}
	return nil
}
