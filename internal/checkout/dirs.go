package checkout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ChangedBetweenDirs gives the paths in which two directories differ, sorted,
// as Changed would if they were commits: by content, executable bit and target
// of a symbolic link. Empty directories and everything named .git don't count.
func ChangedBetweenDirs(base, head string) ([]string, error) {
	before, err := list(base)
	if err != nil {
		return nil, err
	}
	after, err := list(head)
	if err != nil {
		return nil, err
	}
	var changed []string
	content := newBlocks()
	for path, a := range before {
		b, ok := after[path]
		same := ok && a.Mode().Type() == b.Mode().Type()
		if same {
			if same, err = content.equal(filepath.Join(base, path), filepath.Join(head, path), a, b); err != nil {
				return nil, fmt.Errorf("comparing %s in two directories: %w", path, err)
			}
		}
		if !same {
			changed = append(changed, filepath.ToSlash(path))
		}
		delete(after, path)
	}
	changed = slices.AppendSeq(changed, maps.Keys(after))
	slices.Sort(changed)
	return changed, nil
}

// list gives everything below dir that is not a directory, by relative path.
func list(dir string) (map[string]fs.FileInfo, error) {
	if dir == "" {
		return nil, errors.New("listing a directory: no directory given")
	}
	// With the slash, a symbolic link to a directory is one, and a file is not.
	root := filepath.Clean(dir) + string(filepath.Separator)
	files := map[string]fs.FileInfo{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git" && d.IsDir() && path != root:
			return fs.SkipDir
		case d.Name() == ".git" || d.IsDir():
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		files[rel] = info
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing directory %s: %w", dir, err)
	}
	return files, nil
}

// blocks are what two files are read into, one pair after the other.
type blocks struct{ a, b []byte }

func newBlocks() blocks { return blocks{make([]byte, 32<<10), make([]byte, 32<<10)} }

// equal compares two entries of the same type.
func (s blocks) equal(pathA, pathB string, a, b fs.FileInfo) (bool, error) {
	switch {
	case a.Mode().Type() == fs.ModeSymlink:
		linkA, errA := os.Readlink(pathA)
		linkB, errB := os.Readlink(pathB)
		return linkA == linkB, errors.Join(errA, errB)
	case !a.Mode().IsRegular():
		return true, nil
	case a.Size() != b.Size() || gitMode(a) != gitMode(b):
		return false, nil
	}
	fileA, err := os.Open(pathA)
	if err != nil {
		return false, err
	}
	defer fileA.Close()
	fileB, err := os.Open(pathB)
	if err != nil {
		return false, err
	}
	defer fileB.Close()
	return s.same(fileA, fileB)
}

// same compares two streams block by block.
func (s blocks) same(a, b io.Reader) (bool, error) {
	for {
		n, errA := io.ReadFull(a, s.a)
		m, errB := io.ReadFull(b, s.b)
		if !bytes.Equal(s.a[:n], s.b[:m]) {
			return false, nil
		}
		if errA == nil && errB == nil {
			continue
		}
		for _, err := range []error{errA, errB} {
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				return false, err
			}
		}
		return true, nil
	}
}
