package checkout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	file       = "-rw-r--r-- "
	executable = "-rwxr-xr-x "
)

func TestExtract(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		fill func(r repo)
		want map[string]string
	}{
		{"files, modes and links", func(r repo) {
			r.write("plain", "p\n")
			r.write("dir/run.sh", "#!/bin/sh\n")
			r.must(os.Chmod(filepath.Join(r.dir, "dir/run.sh"), 0o755))
			r.must(os.Symlink("../plain", filepath.Join(r.dir, "dir/link")))
			r.must(os.Symlink("/etc/passwd", filepath.Join(r.dir, "out")))
		}, map[string]string{"plain": file + "p\n", "dir/run.sh": executable + "#!/bin/sh\n", "dir/link": "-> ../plain", "out": "-> /etc/passwd"}},
		{"attributes as in a checkout", func(r repo) {
			r.write(".gitattributes", "hidden export-ignore\nsubst export-subst\n*.crlf text eol=crlf\n*.bin filter=lfs -text\n")
			r.write("hidden", "h\n")
			r.write("subst", "$Format:%H$\n")
			r.write("a.crlf", "a\nb\n")
			r.write("sub/.gitattributes", "*.txt text eol=crlf\n")
			r.write("sub/c.txt", "c\n")
			r.write("big.bin", "version https://git-lfs.github.com/spec/v1\n")
		}, map[string]string{
			".gitattributes": file + "hidden export-ignore\nsubst export-subst\n*.crlf text eol=crlf\n*.bin filter=lfs -text\n",
			"hidden":         file + "h\n", "subst": file + "$Format:%H$\n", "a.crlf": file + "a\r\nb\r\n",
			"sub/.gitattributes": file + "*.txt text eol=crlf\n", "sub/c.txt": file + "c\r\n",
			"big.bin": file + "version https://git-lfs.github.com/spec/v1\n",
		}},
		{"odd names", func(r repo) {
			for _, name := range []string{"new\nline", `quo"te`, "-leading", "caf\xe9", "tab\t", `back\slash`, " space ", "*?["} {
				r.write(name, "x")
			}
		}, map[string]string{"new\nline": file + "x", `quo"te`: file + "x", "-leading": file + "x", "caf\xe9": file + "x",
			"tab\t": file + "x", `back\slash`: file + "x", " space ": file + "x", "*?[": file + "x"}},
		{"an embedded bare repository", func(r repo) {
			r.write("bare/HEAD", "ref: refs/heads/main\n")
			r.write("bare/config", "[core]\n")
		}, map[string]string{"bare/HEAD": file + "ref: refs/heads/main\n", "bare/config": file + "[core]\n"}},
		{"nothing", func(repo) {}, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			tt.fill(r)
			commit := r.commit()
			tree := mustExtract(t, r.open(), commit)
			if diff := cmp.Diff(tt.want, snapshot(t, tree.Dir)); diff != "" {
				t.Error(diff)
			}
			if tree.Commit != commit || tree.Submodules != nil {
				t.Errorf("got %+v", tree)
			}
		})
	}
}

func (r repo) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// TestExtractLeavesTheCheckoutAlone has every kind of work in progress in it.
func TestExtractLeavesTheCheckoutAlone(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	for _, name := range []string{"kept", "edited", "staged", "deleted"} {
		r.write(name, "old\n")
	}
	commit := r.commit()
	r.write("edited", "new\n")
	r.write("staged", "new\n")
	r.git("add", "staged")
	r.write("untracked", "u\n")
	r.must(os.Remove(filepath.Join(r.dir, "deleted")))
	r.git("status") // refreshes the index
	before := snapshot(t, r.dir)

	tree := mustExtract(t, r.open(), commit)
	if diff := cmp.Diff(before, snapshot(t, r.dir)); diff != "" {
		t.Errorf("the repository changed:\n%s", diff)
	}
	want := map[string]string{"kept": file + "old\n", "edited": file + "old\n", "staged": file + "old\n", "deleted": file + "old\n"}
	if diff := cmp.Diff(want, snapshot(t, tree.Dir)); diff != "" {
		t.Error(diff)
	}
	siblings, err := os.ReadDir(filepath.Dir(tree.Dir))
	if err != nil || len(siblings) != 1 {
		t.Errorf("got %v and %v, want nothing beside the tree", siblings, err)
	}
}

func TestExtractNamesSubmodules(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write("f", "x")
	id := r.commit()
	for _, path := range []string{"vendor/z", "charts/a"} {
		r.git("update-index", "--add", "--cacheinfo", "160000,"+id+","+path)
	}
	r.git("commit", "--quiet", "--message=submodules")
	tree := mustExtract(t, r.open(), r.git("rev-parse", "HEAD"))
	if diff := cmp.Diff([]string{"charts/a", "vendor/z"}, tree.Submodules); diff != "" {
		t.Error(diff)
	}
}

// TestExtractHostileTree has trees that git add would never make.
func TestExtractHostileTree(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	outside := t.TempDir()
	blob := r.gitInput("evil", "hash-object", "-w", "--stdin")
	link := r.gitInput(outside, "hash-object", "-w", "--stdin")
	dir := r.tree("100644 blob " + blob + "\tpwned")
	missing := strings.Repeat("1", 40)
	tests := map[string]string{
		"parent":          "040000 tree " + dir + "\t..",
		"git directory":   "040000 tree " + dir + "\t.git",
		"GIT directory":   "040000 tree " + dir + "\t.GIT",
		"ntfs short name": "040000 tree " + dir + "\tgit~1",
		"link and below":  "120000 blob " + link + "\ta\x00040000 tree " + dir + "\ta",
		"missing file":    "100644 blob " + missing + "\tf",
	}
	for name, entries := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := repo{t, r.dir}
			commit := r.git("commit-tree", "-m", "evil", r.tree(strings.Split(entries, "\x00")...))
			parent := t.TempDir()
			tree, err := r.open().Extract(t.Context(), commit, filepath.Join(parent, "tree"))
			if name == "link and below" {
				// Git keeps the second of the two, in the tree.
				if _, pwned := snapshot(t, outside)["pwned"]; err != nil || pwned {
					t.Errorf("got %v, written through the link: %v", err, pwned)
				}
				return
			}
			if err == nil || len(snapshot(t, parent)) > 0 {
				t.Errorf("got %+v and %v, wrote %q", tree, err, snapshot(t, parent))
			}
		})
	}
}

// tree writes a tree object as it is, without git's checks.
func (r repo) tree(entries ...string) string {
	r.t.Helper()
	var raw strings.Builder
	for _, e := range entries {
		meta, name, _ := strings.Cut(e, "\t")
		var mode, kind, id string
		if _, err := fmt.Sscan(meta, &mode, &kind, &id); err != nil {
			r.t.Fatal(err)
		}
		raw.WriteString(strings.TrimPrefix(mode, "0") + " " + name + "\x00")
		for i := 0; i < len(id); i += 2 {
			var b byte
			if _, err := fmt.Sscanf(id[i:i+2], "%02x", &b); err != nil {
				r.t.Fatal(err)
			}
			raw.WriteByte(b)
		}
	}
	return r.gitInput(raw.String(), "hash-object", "--literally", "-t", "tree", "-w", "--stdin")
}

func TestExtractRefusesTheTarget(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write("f", "x")
	commit := r.commit()
	full := t.TempDir()
	repo{t, full}.write("mine", "x")
	into := filepath.Join(t.TempDir(), "link")
	r.must(os.Symlink(r.dir, into))
	for _, dir := range []string{r.dir, filepath.Join(r.dir, "sub"), into, full} {
		if _, err := r.open().Extract(t.Context(), commit, dir); err == nil || !strings.Contains(err.Error(), "expected a") {
			t.Errorf("%s: got %v", dir, err)
		}
	}
	if _, err := r.open().Extract(t.Context(), "HEAD", t.TempDir()); err == nil {
		t.Error("extracted what is not a commit id")
	}
}

func BenchmarkExtract(b *testing.B) {
	dir := b.TempDir()
	t := &testing.T{}
	r := repo{t, dir}
	r.git("init", "--quiet")
	for i := range 5000 {
		r.write(fmt.Sprintf("apps/%d/templates/file-%d.yaml", i%250, i), strings.Repeat(fmt.Sprintf("key%d: value\n", i), 50))
	}
	commit := r.commit()
	g, err := Open(b.Context(), dir, local())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := g.Extract(b.Context(), commit, filepath.Join(b.TempDir(), "tree")); err != nil {
			b.Fatal(err)
		}
	}
}
