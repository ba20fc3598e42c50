package tree

import (
	"io/fs"
	"os"
	"path/filepath"
)

// At is the tree below a directory, or the one that holds a single file alone.
func At(path string) FS {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		return single{Dir(filepath.Dir(path)), filepath.Base(path)}
	}
	return Dir(path)
}

type single struct {
	FS
	name string
}

// ReadDir lists the root, which holds the one file.
func (s single) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := s.Stat(s.name)
	if err != nil || name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}
