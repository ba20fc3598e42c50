package source

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzPath wants the directory of a path to be in the tree, whatever the path
// says and wherever links lead.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"a", "a/b", "../outside", "/etc", "out", "in", "a/../../outside", "out/x", "\x00", "a//b/.", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		dir := t.TempDir()
		root := filepath.Join(dir, "root")
		for _, d := range []string{"root/a/b", "outside/x"} {
			if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for name, target := range map[string]string{"out": "../outside", "in": "a/b", "loop": "loop"} {
			if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Path(root, path)
		if err != nil {
			return
		}
		real, err := filepath.EvalSymlinks(got)
		if err != nil || real != root && !strings.HasPrefix(real, root+"/") {
			t.Errorf("Path(%q) = %q, which is %q, %v", path, got, real, err)
		}
	})
}

// FuzzExtractTar wants an archive to write nothing outside of its directory, and
// to leave no link that leads out of it.
func FuzzExtractTar(f *testing.F) {
	for _, h := range []tar.Header{
		{Name: "web/Chart.yaml", Typeflag: tar.TypeReg, Size: 4}, {Name: "../evil", Typeflag: tar.TypeReg, Size: 4}, {Name: "/evil", Typeflag: tar.TypeReg, Size: 4},
		{Name: "l", Linkname: "../../evil", Typeflag: tar.TypeSymlink}, {Name: "h", Linkname: "../evil", Typeflag: tar.TypeLink}, {Name: "d", Typeflag: tar.TypeDir}, {Name: "f", Typeflag: tar.TypeFifo},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&h); err != nil {
			f.Fatal(err)
		}
		if h.Size > 0 {
			if _, err := w.Write([]byte("text")); err != nil {
				f.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		dir := t.TempDir()
		dest := filepath.Join(dir, "dest")
		if err := os.Mkdir(dest, 0o755); err != nil {
			t.Fatal(err)
		}
		_ = extractTar(bytes.NewReader(archive), dest) // an error is fine
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("beside the directory there are %v, %v", entries, err)
		}
		err = filepath.WalkDir(dest, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.Type() != fs.ModeSymlink {
				return err
			}
			if real, err := filepath.EvalSymlinks(path); err == nil && real != dest && !strings.HasPrefix(real, dest+"/") {
				t.Errorf("%s leads to %s", path, real)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
