package cache

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func key(name string) [32]byte { return sha256.Sum256([]byte(name)) }

func open(t *testing.T, dir, space string, limit int64) *Store {
	t.Helper()
	s, err := Open(dir, Options{Space: space, Limit: limit, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t *testing.T, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// file is where the entry "a" of the space "trusted" lies.
func file(dir string) string {
	return filepath.Join(dir, layout, "trusted", filepath.FromSlash(place("renders", key("a"))))
}

func TestStoreKeepsAcrossRuns(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "dir")
	first := open(t, dir, "trusted", 1<<20)
	first.Put("renders", key("a"), []byte("one"))
	closed(t, first)
	again := open(t, dir, "trusted", 1<<20)
	defer closed(t, again)
	if data, ok := again.Get("renders", key("a")); !ok || string(data) != "one" {
		t.Errorf("got %q, %t", data, ok)
	}
	for name, ask := range map[string]func() ([]byte, bool){
		"another key":  func() ([]byte, bool) { return again.Get("renders", key("b")) },
		"another kind": func() ([]byte, bool) { return again.Get("charts", key("a")) },
		"no store":     func() ([]byte, bool) { return (*Store)(nil).Get("renders", key("a")) },
		"another space": func() ([]byte, bool) {
			other := open(t, dir, "pull-7", 1<<20)
			defer closed(t, other)
			return other.Get("renders", key("a"))
		},
	} {
		if data, ok := ask(); ok {
			t.Errorf("%s: got %q", name, data)
		}
	}
}

// TestStoreTrustsNoFile breaks a file in every way that needs no key.
func TestStoreTrustsNoFile(t *testing.T) {
	t.Parallel()
	whole := sealed(key("a"), []byte("one"))
	write := func(data []byte) func(*testing.T, string) {
		return func(t *testing.T, name string) {
			t.Helper()
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	instead := func(make func(name string) error) func(*testing.T, string) {
		return func(t *testing.T, name string) {
			t.Helper()
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			if err := make(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, spoil := range map[string]func(*testing.T, string){
		"empty":          write(nil),
		"truncated head": write(whole[:headSize-1]),
		"truncated":      write(whole[:len(whole)-1]),
		"longer":         write(append(bytes.Clone(whole), 'x')),
		"another byte":   write(append(bytes.Clone(whole[:len(whole)-1]), 'x')),
		"another format": write(bytes.Replace(whole, []byte("cache-1"), []byte("cache-2"), 1)),
		"of another key": write(sealed(key("b"), []byte("one"))),
		"garbage":        write(bytes.Repeat([]byte("garbage "), 100)),
		"a directory":    instead(func(name string) error { return os.Mkdir(name, 0o700) }),
		"a pipe":         instead(func(name string) error { return syscall.Mkfifo(name, 0o600) }),
		"a link out":     instead(func(name string) error { return os.Symlink("/etc/hostname", name) }),
		"a link to a whole": instead(func(name string) error {
			return errorsJoin(os.WriteFile(name+"x", whole, 0o600), os.Symlink(filepath.Base(name)+"x", name))
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir, "trusted", 1<<20)
			s.Put("renders", key("a"), []byte("one"))
			spoil(t, file(dir))
			if data, ok := s.Get("renders", key("a")); ok {
				t.Errorf("got %q", data)
			}
			closed(t, s)
		})
	}
}

func errorsJoin(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestStoreTakesNoLinkForASpace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	closed(t, open(t, dir, "pull-7", 1<<20))
	if err := os.Symlink("pull-7", filepath.Join(dir, layout, "trusted")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{Space: "trusted", Now: time.Now}); err == nil || !strings.Contains(err.Error(), "trusted") {
		t.Errorf("got %v", err)
	}
}

// TestStoreForgets lets those go that were not used for longest, of all spaces.
func TestStoreForgets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Minute); return now }
	s, err := Open(dir, Options{Space: "trusted", Limit: 3 * int64(headSize+100), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, layout, "trusted", temporaryPrefix+"old")
	if err := os.WriteFile(old, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := now.Add(-2 * abandoned)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		k := key(fmt.Sprint(i))
		s.Put("renders", k, bytes.Repeat([]byte("x"), 100))
		if err := s.root.Chtimes(place("renders", k), clock(), now); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := s.Get("renders", key("0")); !ok { // now it is the newest
		t.Fatal("0 is gone before its time")
	}
	closed(t, s)
	again := open(t, dir, "trusted", 1<<20)
	defer closed(t, again)
	var left string
	for i := range 5 {
		if _, ok := again.Get("renders", key(fmt.Sprint(i))); ok {
			left += fmt.Sprint(i)
		}
	}
	if _, err := os.Stat(old); left != "034" || err == nil {
		t.Errorf("%s are left, want 034; of what was being written: %v", left, err)
	}
}

// TestStoreAtOnce lets runs write, read and forget in one directory.
func TestStoreAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 10 {
				s := open(t, dir, "trusted", 4<<10)
				for i := range 20 {
					name := fmt.Sprint(i)
					if data, ok := s.Get("renders", key(name)); ok && string(data) != strings.Repeat(name, 200) {
						t.Errorf("%s holds something else", name)
					}
					s.Put("renders", key(name), []byte(strings.Repeat(name, 200)))
				}
				closed(t, s)
			}
		})
	}
	group.Wait()
}

func TestStoreFailsOnceAndSoftly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir, "trusted", 1<<20)
	// A file stands where a directory has to be.
	if err := os.WriteFile(filepath.Join(dir, layout, "trusted", "renders"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Put("renders", key("a"), []byte("one"))
	if _, ok := s.Get("renders", key("a")); ok {
		t.Error("it is there")
	}
	if err := s.Close(); err == nil {
		t.Error("nobody hears of it")
	}
	if err := os.WriteFile(filepath.Join(t.TempDir(), "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(filepath.Join(dir, layout, "trusted", "renders", "below"), Options{Space: "trusted"}); err == nil {
		t.Error("expected an error of a directory below a file")
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.HasPrefix(d.Name(), temporaryPrefix) {
			t.Errorf("%s is left", path)
		}
		return err
	})
}
