package checkout

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

// TestStoreWorkingTree holds the working tree as objects to the copy of it: the
// same files, or nil where only the copy can tell. The repository stays as it is.
func TestStoreWorkingTree(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit   func(r repo)
		copied bool
	}{
		"nothing": {edit: func(repo) {}},
		"no commit": {edit: func(r repo) {
			r.must(os.RemoveAll(filepath.Join(r.dir, ".git")))
			r.git("init", "--quiet")
		}},
		"edits": {edit: func(r repo) {
			r.write("a", "new\n") // as long as before, and hardly later
			r.write("dir/staged", "new\n")
			r.git("add", "dir/staged")
			r.write("dir/staged", "newer\n")
			r.write("untracked/ü", "u\n")
			r.write("ignored", "secret\n")
			r.must(os.Remove(filepath.Join(r.dir, "deleted")))
			r.must(os.Chmod(filepath.Join(r.dir, "b"), 0o700))
			r.must(os.Symlink("/etc/passwd", filepath.Join(r.dir, "link")))
		}},
		"a directory for a file": {copied: true, edit: func(r repo) {
			r.must(os.Remove(filepath.Join(r.dir, "a")))
			r.write("a/b", "b\n")
		}},
		"filters": {edit: func(r repo) {
			r.git("config", "filter.evil.clean", "touch "+filepath.Join(r.dir, "ran"))
			r.git("config", "core.fsmonitor", "touch "+filepath.Join(r.dir, "ran"))
			r.write(".gitattributes", "* filter=evil\n")
			r.write("a", "changed\n")
		}},
		"excluded by the clone": {edit: func(r repo) { r.write(".git/info/exclude", "mine\n"); r.write("mine", "x\n") }},
		"a file behind a link": {copied: true, edit: func(r repo) {
			r.must(os.Rename(filepath.Join(r.dir, "dir"), filepath.Join(r.dir, "is")))
			r.must(os.Symlink("is", filepath.Join(r.dir, "dir")))
		}},
		"a repository inside":           {copied: true, edit: func(r repo) { r.write("inner/f", "x"); repo{r.t, filepath.Join(r.dir, "inner")}.git("init", "--quiet") }},
		"one that git does not look at": {copied: true, edit: func(r repo) { r.git("update-index", "--assume-unchanged", "a"); r.write("a", "unseen\n") }},
		"line ends":                     {copied: true, edit: func(r repo) { r.write(".gitattributes", "* eol=crlf\n") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			r.write(".gitignore", "ignored\n")
			for _, name := range []string{"a", "b", "deleted", "dir/staged", "dir/f"} {
				r.write(name, "old\n")
			}
			r.commit()
			tt.edit(r)
			before := snapshot(t, r.dir)
			want, err := r.open().WorkingTree(t.Context(), t.TempDir())
			r.must(err)
			store, err := r.open().Store(t.Context(), t.TempDir())
			r.must(err)
			defer store.Close()
			pieces, got, err := store.WorkingTree(t.Context(), t.TempDir())
			r.must(err)
			if (pieces == nil) != tt.copied {
				t.Fatalf("only a copy can tell: %t, want %t", pieces == nil, tt.copied)
			}
			if pieces == nil {
				return
			}
			_, err = pieces.Write(t.Context(), tree.Paths{All: true})
			r.must(err)
			wrote := maps.Clone(snapshot(t, got.Dir))
			if diff := cmp.Diff(snapshot(t, want.Dir), wrote); diff != "" || got.Commit != "" {
				t.Errorf("commit %q (-copy +objects):\n%s", got.Commit, diff)
			}
			if diff := cmp.Diff(before, snapshot(t, r.dir)); diff != "" {
				t.Errorf("the repository changed:\n%s", diff)
			}
		})
	}
}
