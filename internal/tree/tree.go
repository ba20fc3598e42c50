// Package tree is how the files of one revision are read, wherever they are:
// below a directory, or in a repository's objects.
package tree

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// FS is a tree of files. Paths have slashes, are relative to its root and may be
// any bytes, though fs.ValidPath allows fewer. Links that stay inside are
// followed, except by Lstat and ReadLink; one that leads out of the tree is an
// error.
type FS interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.StatFS
	fs.ReadLinkFS
}

// Searcher is a tree that can tell which files hold a word faster than by
// reading them all.
type Searcher interface {
	// Search gives the regular files, sorted, whose names end in one of the
	// suffixes, that have at most limit bytes and hold one of the words.
	Search(words, suffixes []string, limit int64) ([]string, error)
}

// Batcher is a tree that reads many files faster at once than one by one.
type Batcher interface {
	// ReadFiles gives the contents of files in the order of their names. An error
	// may be about any of them.
	ReadFiles(names []string) ([][]byte, error)
}

// Linker is a tree that knows its links without a walk.
type Linker interface {
	// Links gives the paths of all symbolic links.
	Links() []string
}

// Dir is the tree below a directory. It is opened at first use, and an error of
// that is one of every method.
func Dir(path string) FS {
	return &dir{sync.OnceValues(func() (*os.Root, error) { return os.OpenRoot(path) })}
}

type dir struct {
	root func() (*os.Root, error)
}

func (d *dir) Open(name string) (fs.File, error) {
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	return root.Open(filepath.FromSlash(name))
}

func (d *dir) Stat(name string) (fs.FileInfo, error) {
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	return root.Stat(filepath.FromSlash(name))
}

func (d *dir) Lstat(name string) (fs.FileInfo, error) {
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	return root.Lstat(filepath.FromSlash(name))
}

func (d *dir) ReadFile(name string) ([]byte, error) {
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	return root.ReadFile(filepath.FromSlash(name))
}

func (d *dir) ReadLink(name string) (string, error) {
	root, err := d.root()
	if err != nil {
		return "", err
	}
	return root.Readlink(filepath.FromSlash(name))
}

func (d *dir) ReadDir(name string) ([]fs.DirEntry, error) {
	root, err := d.root()
	if err != nil {
		return nil, err
	}
	file, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	entries, err := file.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// Walk calls visit for every file, link and directory of a tree but its root, in
// lexical order, directory by directory. Links aren't followed. What visit gives
// for a directory is whether to go into it.
func Walk(t FS, visit func(name string, entry fs.DirEntry) (into bool, err error)) error {
	return walk(t, ".", visit)
}

func walk(t FS, dir string, visit func(string, fs.DirEntry) (bool, error)) error {
	entries, err := t.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := strings.TrimPrefix(dir+"/"+e.Name(), "./")
		into, err := visit(name, e)
		if err != nil {
			return err
		}
		if !e.IsDir() || !into {
			continue
		}
		if err := walk(t, name, visit); err != nil {
			return err
		}
	}
	return nil
}
