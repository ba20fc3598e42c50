package git

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWritersAgree writes the same files here and by git.
func TestWritersAgree(t *testing.T) {
	t.Parallel()
	s := repository(t, odd)
	byGit := NewSparse(s.Snapshot, t.TempDir())
	names := slices.Sorted(maps.Keys(s.files))
	if !s.few(names) {
		t.Fatal("these are many files")
	}
	if err := s.put(names); err != nil {
		t.Fatal(err)
	}
	if err := byGit.putAll(t.Context(), names); err != nil {
		t.Fatal(err)
	}
	here := onDisk(t, s.dir)
	if diff := cmp.Diff(onDisk(t, byGit.dir), here); diff != "" || len(here) < len(odd) {
		t.Errorf("%d files (-git +here):\n%s", len(here), diff)
	}
	if err := s.put(names[:1]); err == nil {
		t.Error("wrote over a file")
	}
}

// onDisk gives each file's and each link's mode and content.
func onDisk(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := ""
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			text, err = os.Readlink(path)
		case d.Type().IsRegular():
			var data []byte
			data, err = os.ReadFile(path)
			text = string(data)
		case path == dir:
			return nil
		}
		rel, _ := filepath.Rel(dir, path)
		files[rel] = info.Mode().String() + " " + text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
