package git

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

// repository commits files: content, or "-> target" for a link, or "x:" before
// the content of an executable one. It gives a snapshot and a sparse tree of them.
func repository(t *testing.T, files map[string]string) *Sparse {
	t.Helper()
	work, store, dir := t.TempDir(), filepath.Join(t.TempDir(), "store"), t.TempDir()
	for name, text := range files {
		path := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		target, link := strings.CutPrefix(text, "-> ")
		content, executable := strings.CutPrefix(text, "x:")
		mode := fs.FileMode(0o644)
		if executable {
			mode = 0o755
		}
		err := os.WriteFile(path, []byte(content), mode)
		if link {
			err = errors.Join(os.Remove(path), os.Symlink(target, path))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + work, "GIT_DIR=" + store, "GIT_WORK_TREE=" + work}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-Af"}, {"-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Env = work, env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	o := Options{Env: []string{"PATH=" + os.Getenv("PATH")}}
	at := Call{Dir: dir, Env: []string{"GIT_DIR=" + store}}
	objects := OpenObjects(t.Context(), o, at)
	t.Cleanup(objects.Close)
	s, err := List(t.Context(), o, at, objects, "main")
	if err != nil {
		t.Fatal(err)
	}
	return NewSparse(s, dir)
}

// odd are files as no tidy repository has them.
var odd = map[string]string{
	"a/b/c.yaml": "c: 1\n", "a/run.sh": "x:#!/bin/sh\n", "empty": "", "binary": "\x00\xff\n\x00", "name\nwith line": "n", "sp ace/ü/\xff": "bytes",
	"link": "-> a/b", "a/up": "-> ../top.yaml", "top.yaml": "kind: Application\n", "out": "-> /etc/passwd", "away": "-> ../../x", "loop": "-> loop", "chain": "-> link",
	"a.yaml": "1", "a-b": "2", "crlf.yaml": "a\r\nb\r\n", "[x]*": "stars", "nowhere": "-> gone",
}

// TestSnapshotIsTheCheckout holds what a snapshot shows, to what stands on disk
// once everything is written.
func TestSnapshotIsTheCheckout(t *testing.T) {
	t.Parallel()
	s := repository(t, odd)
	if _, err := s.Write(t.Context(), tree.Paths{All: true}); err != nil {
		t.Fatal(err)
	}
	disk := tree.Dir(s.dir)
	paths := []string{"link/c.yaml", "chain/c.yaml", "link/../a/up", "a/up", "out", "away", "loop", "loop/x", "nowhere", "a/b/c.yaml/x", "gone", "link/gone"}
	for _, files := range []tree.FS{s, disk} {
		if err := tree.Walk(files, func(name string, _ fs.DirEntry) (bool, error) {
			paths = append(paths, name)
			return true, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if len(paths) < 2*len(odd) {
		t.Errorf("found %d paths", len(paths))
	}
	for _, name := range paths {
		if diff := cmp.Diff(look(disk, name), look(s, name)); diff != "" {
			t.Errorf("%q (-disk +snapshot):\n%s", name, diff)
		}
	}
}

// look is what a tree says of a path, without the words of errors.
func look(files tree.FS, name string) map[string]any {
	about := map[string]any{}
	describe := func(key string, info fs.FileInfo, err error) {
		about[key] = "error"
		if err == nil {
			about[key] = info.Mode().Type().String() + " " + info.Name()
			if info.Mode().IsRegular() {
				about[key+" size"], about[key+" runs"] = info.Size(), info.Mode()&0o100 != 0
			}
		}
	}
	stat, err := files.Stat(name)
	describe("stat", stat, err)
	lstat, err := files.Lstat(name)
	describe("lstat", lstat, err)
	data, err := files.ReadFile(name)
	about["content"], about["unreadable"] = string(data), err != nil
	target, err := files.ReadLink(name)
	about["target"], about["no link"] = target, err != nil
	entries, err := files.ReadDir(name)
	var names []string
	for _, e := range entries {
		names = append(names, e.Type().String()+" "+e.Name())
	}
	about["entries"], about["no directory"] = names, err != nil
	return about
}

func TestWriteSomeOfIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paths tree.Paths
		want  []string
	}{
		"a file":             {tree.Paths{Names: []string{"a/b/c.yaml", "gone"}}, []string{"a/b/c.yaml"}},
		"a directory":        {tree.Paths{Names: []string{"a/b"}}, []string{"a/b/c.yaml"}},
		"what links lead to": {tree.Paths{Names: []string{"a"}}, []string{"a/b/c.yaml", "a/run.sh", "a/up", "top.yaml"}},
		"through a link":     {tree.Paths{Names: []string{"chain/c.yaml"}}, []string{"a/b/c.yaml", "chain", "link"}},
		"links that leave":   {tree.Paths{Names: []string{"out", "away", "loop", "nowhere"}}, []string{"away", "loop", "nowhere", "out"}},
		"a pattern":          {tree.Paths{Globs: []string{"**/*.yaml"}}, []string{"a.yaml", "a/b/c.yaml", "crlf.yaml", "top.yaml"}},
		"outside":            {tree.Paths{Names: []string{"../x", "/etc", ".."}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := repository(t, odd)
			for i, wrote := range []bool{len(test.want) > 0, false} {
				if got, err := s.Write(t.Context(), test.paths); err != nil || got != wrote {
					t.Fatalf("time %d: wrote %t, %v", i, got, err)
				}
			}
			var found []string
			_ = tree.Walk(tree.Dir(s.dir), func(name string, d fs.DirEntry) (bool, error) {
				if !d.IsDir() {
					found = append(found, name)
				}
				return true, nil
			})
			slices.Sort(found)
			if diff := cmp.Diff(test.want, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := repository(t, map[string]string{
		"a.yaml": "kind: Application", "x/b.yml": "Application", "c.txt": "Application", "d.yaml": "other", "e.yaml": "-> a.yaml",
		"bin.yaml": "\x00Application\x00", "big.yaml": "Application" + strings.Repeat(" ", 100), "[f].yaml": "Application",
	})
	got, err := s.Search([]string{"Application", "nothing"}, []string{".yaml", ".yml"}, 50)
	if diff := cmp.Diff([]string{"[f].yaml", "a.yaml", "bin.yaml", "x/b.yml"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := s.Search([]string{"nothing"}, []string{".yaml"}, 50); err != nil || len(got) > 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestConverts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"*.bin filter=lfs diff=lfs -text\n": false, "* text=auto\n": false, "*.bat eol=crlf\n": true, "*.txt working-tree-encoding=UTF-16\n": true} {
		got, err := repository(t, map[string]string{"sub/.gitattributes": text}).Converts()
		if err != nil || got != want {
			t.Errorf("%q: got %t, %v", text, got, err)
		}
	}
}

func TestBlob(t *testing.T) {
	t.Parallel()
	s := repository(t, map[string]string{"big": strings.Repeat("a", 1<<20), "small": "b"})
	if _, err := s.objects.Blob(s.files["big"].ID, 100); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	if data, err := s.objects.Blob(s.files["small"].ID, 100); err != nil || !bytes.Equal(data, []byte("b")) {
		t.Errorf("got %q, %v", data, err)
	}
	if _, err := s.objects.Blob(strings.Repeat("0", 40), 100); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("got %v", err)
	}
	s.objects.Close()
	if _, err := s.objects.Blob(s.files["small"].ID, 100); err == nil {
		t.Error("no error behind the end")
	}
}

// TestExport holds what a plugin gets to the rest.
func TestExport(t *testing.T) {
	t.Parallel()
	for _, executable := range []bool{true, false} {
		s := repository(t, odd)
		to := filepath.Join(t.TempDir(), "tree")
		if err := s.Export(t.Context(), to, executable); err != nil {
			t.Fatal(err)
		}
		found := 0
		if err := tree.Walk(tree.Dir(to), func(name string, d fs.DirEntry) (bool, error) {
			found++
			want, got := look(s, name), look(tree.Dir(to), name)
			if !executable {
				for _, about := range []map[string]any{want, got} {
					delete(about, "stat runs")
					delete(about, "lstat runs")
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-snapshot +disk):\n%s", name, diff)
			}
			if info, err := d.Info(); err == nil && info.Mode().IsRegular() && info.Mode() != map[bool]fs.FileMode{false: 0o644, true: 0o755}[executable && name == "a/run.sh"] {
				t.Errorf("%s has mode %v", name, info.Mode())
			}
			return true, nil
		}); err != nil || found < len(odd) {
			t.Errorf("found %d, %v", found, err)
		}
	}
}

// TestManyFilesAtOnce holds what is read together to what is read one by one.
func TestManyFilesAtOnce(t *testing.T) {
	t.Parallel()
	s := repository(t, odd)
	names := []string{"a/b/c.yaml", "empty", "a/up", "link/c.yaml", "binary", "a/b/c.yaml", "name\nwith line"}
	got, err := s.ReadFiles(names)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		want, err := s.ReadFile(name)
		if err != nil || !bytes.Equal(got[i], want) {
			t.Errorf("%q: %q, want %q, %v", name, got[i], want, err)
		}
	}
	for _, name := range []string{"missing", "a", "loop"} {
		if _, err := s.ReadFiles([]string{"empty", name}); err == nil {
			t.Errorf("%q was read, it is no file", name)
		}
	}
	if data, err := s.ReadFile("top.yaml"); err != nil || string(data) != odd["top.yaml"] {
		t.Errorf("%q, %v", data, err)
	}
}
