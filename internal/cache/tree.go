package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/argoplan/argoplan/internal/tree"
)

// Tree digests files that nobody writes to meanwhile. Its methods may be called
// from several goroutines, and read each directory once.
type Tree struct {
	files tree.FS
	dirs  sync.Map // names to func() (string, error)
}

// NewTree reads nothing yet.
func NewTree(files tree.FS) *Tree { return &Tree{files: files} }

// Dir digests all that is in a directory: names, types, whether files are
// executable, contents, and where links lead. Links are not followed. What isn't
// there has a digest, too.
func (t *Tree) Dir(name string) (string, error) {
	digest, _ := t.dirs.LoadOrStore(name, sync.OnceValues(func() (string, error) { return t.dir(name) }))
	return digest.(func() (string, error))()
}

func (t *Tree) dir(name string) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(t.files, name, func(at string, d fs.DirEntry, err error) error {
		if at == name && errors.Is(err, fs.ErrNotExist) {
			fmt.Fprint(sum, "absent")
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		return one(t.files, at, d.Type(), sum)
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// File digests a file, behind links that stay in the tree. What isn't there has a
// digest, and so has a directory, without what is in it.
func (t *Tree) File(name string) (string, error) {
	info, err := t.files.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "absent", nil
	case err != nil:
		return "", err
	}
	sum := sha256.New()
	err = one(t.files, name, info.Mode().Type(), sum)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// Matching digests the files that a pattern of doublestar matches.
func (t *Tree) Matching(pattern string) (string, error) {
	names, err := doublestar.Glob(t.files, pattern)
	if err != nil {
		return "unreadable", nil
	}
	sum := sha256.New()
	for _, name := range names {
		digest, err := t.File(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%q %s\n", name, digest)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// one writes what there is to know of a name.
func one(files tree.FS, name string, kind fs.FileMode, to io.Writer) error {
	switch {
	case kind&fs.ModeSymlink != 0:
		target, err := files.ReadLink(name)
		fmt.Fprintf(to, "%q leads to %q\n", name, target)
		return err
	case !kind.IsRegular():
		fmt.Fprintf(to, "%q is %s\n", name, kind)
		return nil
	}
	file, err := files.Open(path.Clean(name))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "%q %t %d\n", name, info.Mode()&0o111 != 0, info.Size())
	_, err = io.CopyN(to, file, info.Size())
	return err
}
