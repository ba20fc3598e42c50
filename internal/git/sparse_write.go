package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Few files are written here and not by git: two commands take longer than that.
const (
	fewFiles = 1000
	fewBytes = 32 << 20 // of content, which is in memory together
)

// few says whether the files are so few.
func (s *Sparse) few(names []string) bool {
	var size int64
	for _, name := range names {
		size += s.files[name].Size
	}
	return len(names) <= fewFiles && size <= fewBytes
}

// put writes files as a checkout does that converts nothing. Names are plain, see
// Snapshot, and nothing is written by way of a link.
func (s *Sparse) put(names []string) (err error) {
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = s.files[name].ID
	}
	texts, err := s.objects.Blobs(ids, fewBytes)
	if err != nil {
		return err
	}
	made := map[string]bool{}
	for i, name := range names {
		if err := putOne(root, name, s.files[name].mode(), texts[i], made); err != nil {
			return err
		}
	}
	return nil
}

// putOne writes one file or link; made are the directories that are there.
func putOne(root *os.Root, name string, mode fs.FileMode, text []byte, made map[string]bool) error {
	local := filepath.FromSlash(name)
	if dir := path.Dir(name); !made[dir] {
		if err := root.MkdirAll(filepath.Dir(local), 0o777); err != nil {
			return err
		}
		made[dir] = true
	}
	if mode&fs.ModeSymlink != 0 {
		return root.Symlink(string(text), local)
	}
	perm := fs.FileMode(0o666) // less what the umask says, as for git
	if mode&0o100 != 0 {
		perm = 0o777
	}
	file, err := root.OpenFile(local, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// putAll has git write files.
func (s *Sparse) putAll(ctx context.Context, names []string) error {
	var index, list bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&index, "%s %s 0\t%s\x00", s.files[name].Mode, s.files[name].ID, name)
		list.WriteString(name + "\x00")
	}
	if err := s.run(ctx, s.dir+".index", index.Bytes(), "update-index", "-z", "--index-info"); err != nil {
		return err
	}
	return s.run(ctx, s.dir+".index", list.Bytes(), "checkout-index", "-z", "--stdin")
}
