package tree

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write makes files, and links for texts that begin with "-> ".
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		err := os.WriteFile(path, []byte(text), 0o644)
		if len(text) > 3 && text[:3] == "-> " {
			err = errors.Join(os.Remove(path), os.Symlink(text[3:], path))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func names(t *testing.T, files FS, leave string) (names []string) {
	t.Helper()
	if err := Walk(files, func(name string, _ fs.DirEntry) (bool, error) {
		names = append(names, name)
		return name != leave, nil
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWalk(t *testing.T) {
	t.Parallel()
	files := Dir(write(t, map[string]string{"b/x": "", "b/\xff": "", "a.yaml": "", "a/c": "", "link": "-> b", ".git/config": ""}))
	want := []string{".git", "a", "a/c", "a.yaml", "b", "b/x", "b/\xff", "link"}
	if diff := cmp.Diff(want, names(t, files, ".git")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stop := errors.New("stop")
	if err := Walk(files, func(string, fs.DirEntry) (bool, error) { return true, stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

// TestDirStaysInside: a link is followed as far as the tree goes.
func TestDirStaysInside(t *testing.T) {
	t.Parallel()
	files := Dir(write(t, map[string]string{"a/b": "text", "in": "-> a", "out": "-> /etc/hostname", "up": "-> ../x"}))
	if data, err := files.ReadFile("in/b"); err != nil || string(data) != "text" {
		t.Errorf("got %q, %v", data, err)
	}
	for _, name := range []string{"out", "up", "../x", "/etc/hostname"} {
		if data, err := files.ReadFile(name); err == nil {
			t.Errorf("%s has %q", name, data)
		}
		if _, err := files.Stat(name); err == nil {
			t.Errorf("%s is there", name)
		}
	}
	if target, err := files.ReadLink("out"); err != nil || target != "/etc/hostname" {
		t.Errorf("got %q, %v", target, err)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	root := write(t, map[string]string{"apps.yaml": "one", "other.yaml": "two", "d/e": ""})
	if diff := cmp.Diff([]string{"apps.yaml"}, names(t, At(filepath.Join(root, "apps.yaml")), "")); diff != "" {
		t.Errorf("one file (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"apps.yaml", "d", "d/e", "other.yaml"}, names(t, At(root), "")); diff != "" {
		t.Errorf("a directory (-want +got):\n%s", diff)
	}
	gone := At(filepath.Join(root, "gone"))
	if _, err := gone.ReadDir("."); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := Walk(gone, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
