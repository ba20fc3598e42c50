// Package cache keeps bytes from one run to the next in a directory. Nothing of
// it is needed: whatever can't be read or written is a miss. Several runs may use
// one directory at once, and a run that dies leaves nothing half written.
package cache

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// layout is the directory of this format; another one begins anew.
const layout = "v1"

// maxEntry bounds what one entry holds, in bytes.
const maxEntry = 64 << 20

// Options says which part of a directory a run uses.
type Options struct {
	// Space is the part of it: what one wrote no other reads. It is a name of
	// letters, digits and dashes.
	Space string
	// Limit bounds the files of all spaces together, in bytes.
	Limit int64
	// Now is the clock.
	Now func() time.Time
}

// Store is one space of a directory. Its methods may be called from several
// goroutines; a nil Store holds nothing and keeps nothing.
type Store struct {
	options Options
	all     *os.Root // of all spaces
	root    *os.Root
	mu      sync.Mutex
	failed  error
}

// Open makes the directory if it isn't there. An error means that it can't be
// used.
func Open(dir string, o Options) (*Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	top, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	// Tools that look through a workspace, git among them, pass by.
	if err := ensure(top, ".gitignore", "*\n"); err != nil {
		return nil, err
	}
	all, err := directory(top, layout)
	if err != nil {
		return nil, err
	}
	root, err := directory(all, o.Space)
	if err != nil {
		return nil, errors.Join(err, all.Close())
	}
	return &Store{options: o, all: all, root: root}, nil
}

// directory opens one that is no link: a link could lead to another space.
func directory(in *os.Root, name string) (*os.Root, error) {
	if err := in.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	info, err := in.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("expected %s to be a directory, found %s", name, info.Mode().Type())
	}
	return in.OpenRoot(name)
}

func ensure(in *os.Root, name, text string) error {
	if _, err := in.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return in.WriteFile(name, []byte(text), 0o644)
}

// Get gives what was kept under a key. ok is false for what isn't there, or is
// not what was written.
func (s *Store) Get(kind string, key [32]byte) (data []byte, ok bool) {
	if s == nil {
		return nil, false
	}
	name := place(kind, key)
	data, err := read(s.root, name, key)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errBroken):
		return nil, false
	case err != nil:
		s.fail(err)
		return nil, false
	}
	now := s.options.Now()
	_ = s.root.Chtimes(name, now, now) // else it is forgotten earlier
	return data, true
}

// Put keeps data under a key. A failure shows in Close alone.
func (s *Store) Put(kind string, key [32]byte, data []byte) {
	if s == nil || len(data) > maxEntry {
		return
	}
	if err := s.put(place(kind, key), key, data); err != nil {
		s.fail(err)
	}
}

// put writes beside the place and then renames, so that a reader finds all or
// nothing. Nothing waits for the disk: what a crash leaves is told by its digest.
func (s *Store) put(name string, key [32]byte, data []byte) error {
	if err := s.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	temporary := path.Join(path.Dir(name), temporaryPrefix+rand.Text())
	err := s.root.WriteFile(temporary, sealed(key, data), 0o644)
	if err == nil {
		err = s.root.Rename(temporary, name)
	}
	if err != nil {
		return errors.Join(err, s.root.Remove(temporary))
	}
	return nil
}

// fail keeps the first failure.
func (s *Store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed == nil {
		s.failed = err
	}
}

// Close makes room, and gives the first failure of all.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	if err := s.evict(); err != nil {
		s.fail(err)
	}
	return errors.Join(s.failed, s.root.Close(), s.all.Close())
}

// place is the file of a key. Directories stay small by its first byte.
func place(kind string, key [32]byte) string {
	name := hex.EncodeToString(key[:])
	return path.Join(kind, name[:2], name)
}
