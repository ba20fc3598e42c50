package git

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// hops bounds how many links a path may lead through, as Linux does.
const hops = 40

// largest bounds a file that is read whole, in bytes.
const largest = 1 << 30

// info is what is known of a file without reading it.
type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string               { return i.name }
func (i info) Size() int64                { return i.size }
func (i info) Mode() fs.FileMode          { return i.mode }
func (i info) Type() fs.FileMode          { return i.mode.Type() }
func (i info) IsDir() bool                { return i.mode.IsDir() }
func (i info) ModTime() time.Time         { return time.Time{} }
func (i info) Sys() any                   { return nil }
func (i info) Info() (fs.FileInfo, error) { return i, nil }

// Lstat describes a path, and does not follow the link that it may be.
func (s *Snapshot) Lstat(name string) (fs.FileInfo, error) {
	at, err := s.place(name)
	if err != nil {
		return nil, failed("lstat", name, err)
	}
	if e, ok := s.files[at]; ok {
		return info{path.Base(name), e.mode(), e.Size}, nil
	}
	return s.Stat(name)
}

// Stat describes a path, behind the links that it leads through.
func (s *Snapshot) Stat(name string) (fs.FileInfo, error) {
	real, err := s.resolve(name, hops)
	if err != nil {
		return nil, failed("stat", name, err)
	}
	if e, ok := s.files[real]; ok {
		return info{path.Base(name), e.mode(), e.Size}, nil
	}
	return info{name: path.Base(name), mode: fs.ModeDir | 0o755}, nil
}

// ReadFile reads a file, behind the links that its path leads through.
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	real, err := s.resolve(name, hops)
	if err != nil {
		return nil, failed("open", name, err)
	}
	e, ok := s.files[real]
	if !ok {
		return nil, failed("read", name, errors.New("is a directory"))
	}
	data, err := s.objects.Blob(e.ID, largest)
	if err != nil {
		return nil, failed("read", name, err)
	}
	return data, nil
}

// ReadFiles reads several files.
func (s *Snapshot) ReadFiles(names []string) ([][]byte, error) {
	ids := make([]string, len(names))
	for i, name := range names {
		real, err := s.resolve(name, hops)
		if err != nil {
			return nil, failed("open", name, err)
		}
		e, ok := s.files[real]
		if !ok || e.Size > largest {
			return nil, failed("read", name, errors.New("is a directory, or too large"))
		}
		ids[i] = e.ID
	}
	return s.objects.Blobs(ids, largest)
}

// ReadDir lists a directory, sorted, behind the links that its path leads
// through.
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	real, err := s.resolve(name, hops)
	if err != nil {
		return nil, failed("open", name, err)
	}
	entries, ok := s.dirs[real]
	if !ok {
		return nil, failed("readdir", name, errors.New("is not a directory"))
	}
	return entries, nil
}

// ReadLink gives the words of a link.
func (s *Snapshot) ReadLink(name string) (string, error) {
	at, err := s.place(name)
	if err != nil {
		return "", failed("readlink", name, err)
	}
	e, ok := s.files[at]
	if !ok || e.mode()&fs.ModeSymlink == 0 {
		return "", failed("readlink", name, fs.ErrInvalid)
	}
	target, err := s.objects.Blob(e.ID, 1<<16)
	return string(target), err
}

// Open opens a file or a directory.
func (s *Snapshot) Open(name string) (fs.File, error) {
	about, err := s.Stat(name)
	if err != nil {
		return nil, err
	}
	if about.IsDir() {
		entries, err := s.ReadDir(name)
		return &opened{about: about, entries: entries}, err
	}
	data, err := s.ReadFile(name)
	return &opened{Reader: bytes.NewReader(data), about: about}, err
}

// place gives where a name stands, behind the links on the way to it.
func (s *Snapshot) place(name string) (string, error) {
	i := strings.LastIndexByte(name, '/') // path.Dir would take link/.. for nothing
	if i < 0 {
		return name, nil
	}
	dir, err := s.resolve(name[:i], hops)
	return path.Join(dir, name[i+1:]), err
}

// resolve gives the path that a path leads to: no link, and in the tree.
func (s *Snapshot) resolve(name string, left int) (string, error) {
	if _, ok := s.dirs[name]; ok {
		return name, nil
	}
	if e, ok := s.files[name]; ok && e.mode().IsRegular() {
		return name, nil
	}
	at := "."
	parts := strings.Split(name, "/")
	for i, part := range parts {
		if part == ".." {
			if at == "." {
				return "", fs.ErrNotExist
			}
			at = path.Dir(at)
			continue
		}
		at = path.Join(at, part)
		e, file := s.files[at]
		switch _, dir := s.dirs[at]; {
		case dir, file && e.mode().IsRegular() && i == len(parts)-1:
		case file && e.mode()&fs.ModeSymlink != 0:
			return s.follow(at, e, parts[i+1:], left)
		default:
			return "", fs.ErrNotExist
		}
	}
	return at, nil
}

// follow goes on behind a link.
func (s *Snapshot) follow(link string, e Entry, rest []string, left int) (string, error) {
	target, err := s.objects.Blob(e.ID, 1<<16)
	switch {
	case err != nil:
		return "", err
	case left == 0 || len(target) == 0 || path.IsAbs(string(target)):
		return "", fs.ErrNotExist
	}
	var parts []string
	if dir := path.Dir(link); dir != "." {
		parts = strings.Split(dir, "/")
	}
	for part := range strings.SplitSeq(string(target), "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	return s.resolve(strings.Join(append(parts, rest...), "/"), left-1)
}

func failed(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }

// opened is an open file, or directory.
type opened struct {
	*bytes.Reader
	about   fs.FileInfo
	entries []fs.DirEntry
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.about, nil }
func (o *opened) Close() error               { return nil }

func (o *opened) Read(p []byte) (int, error) {
	if o.Reader == nil {
		return 0, failed("read", o.about.Name(), errors.New("is a directory"))
	}
	return o.Reader.Read(p)
}

// ReadDir gives the next n entries, or all that are left.
func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(o.entries) {
		if n > 0 && len(o.entries) == 0 {
			return nil, io.EOF
		}
		n = len(o.entries)
	}
	next := o.entries[:n]
	o.entries = o.entries[n:]
	return next, nil
}
