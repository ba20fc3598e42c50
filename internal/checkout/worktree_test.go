package checkout

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestWorkingTree(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write(".gitignore", "ignored\n")
	for _, name := range []string{"kept", "edited", "deleted", "staged", "dir/f", "was-dir/f"} {
		r.write(name, "old\n")
	}
	r.commit()
	r.write("edited", "new\n")
	r.write("staged", "new\n")
	r.git("add", "staged")
	r.write("untracked", "u\n")
	r.write("new\nline", "u\n")
	r.write("caf\xe9", "u\n")
	r.write("ignored", "secret\n")
	r.must(os.Chmod(filepath.Join(r.dir, "dir/f"), 0o700))
	r.must(os.Symlink("kept", filepath.Join(r.dir, "link")))
	r.must(os.Remove(filepath.Join(r.dir, "deleted")))
	r.must(os.Rename(filepath.Join(r.dir, "was-dir"), filepath.Join(r.dir, "is-dir")))
	r.must(os.Symlink("is-dir", filepath.Join(r.dir, "was-dir")))
	nested := repo{t, filepath.Join(r.dir, "nested")}
	r.must(os.Mkdir(nested.dir, 0o755))
	nested.git("init", "--quiet")
	nested.write("theirs", "x")
	nested.commit()

	before := snapshot(t, r.dir)
	tree, err := r.open().WorkingTree(t.Context(), filepath.Join(t.TempDir(), "tree"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		".gitignore": file + "ignored\n", "kept": file + "old\n", "edited": file + "new\n", "staged": file + "new\n", "dir/f": executable + "old\n",
		"is-dir/f": file + "old\n", "was-dir": "-> is-dir", "link": "-> kept", "untracked": file + "u\n", "new\nline": file + "u\n", "caf\xe9": file + "u\n",
	}
	if diff := cmp.Diff(want, snapshot(t, tree.Dir)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nested"}, tree.Submodules); diff != "" || tree.Commit != "" {
		t.Errorf("commit %q\n%s", tree.Commit, diff)
	}
	if diff := cmp.Diff(before, snapshot(t, r.dir)); diff != "" {
		t.Errorf("the repository changed:\n%s", diff)
	}
}

func TestWorkingTreeInAMergeConflict(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	id := r.gitInput("x", "hash-object", "-w", "--stdin")
	r.gitInput("100644 "+id+" 1\tf\n100644 "+id+" 2\tf\n100644 "+id+" 3\tf\n", "update-index", "--index-info")
	r.write("f", "<<<<<<<\n")
	tree, err := r.open().WorkingTree(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"f": file + "<<<<<<<\n"}, snapshot(t, tree.Dir)); diff != "" {
		t.Error(diff)
	}
}

func TestWorkingTreeError(t *testing.T) {
	t.Parallel()
	sparse := newRepo(t)
	sparse.write("in/f", "x")
	sparse.write("out/f", "x")
	sparse.commit()
	sparse.git("sparse-checkout", "set", "in")
	pipe := newRepo(t)
	pipe.write("f", "x")
	pipe.commit()
	pipe.must(os.Remove(filepath.Join(pipe.dir, "f")))
	pipe.must(syscall.Mkfifo(filepath.Join(pipe.dir, "f"), 0o644))
	tests := []struct {
		name, want string
		hint       bool
		repo       repo
	}{
		{"sparse", "out/f: not checked out: the working tree is sparse", true, sparse},
		{"pipe", "f: expected a file or a symbolic link", false, pipe},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.repo.open().WorkingTree(t.Context(), t.TempDir())
			if err == nil || !strings.Contains(err.Error(), tt.want) || (fault.HintOf(err) != "") != tt.hint {
				t.Errorf("got %v, hint %q", err, fault.HintOf(err))
			}
		})
	}
	if _, err := pipe.open().WorkingTree(t.Context(), pipe.dir); err == nil {
		t.Error("copied into the repository")
	}
}
