package checkout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// oddChanges makes two commits with every kind of change between them.
func (r repo) oddChanges() (base, head string, want []string) {
	r.t.Helper()
	for _, name := range []string{"same", "content", "mode", "old-name", "gone", "to-link", "to-dir"} {
		r.write(name, "a longer line that makes "+name+" look renamed\n")
	}
	r.must(os.Symlink("same", filepath.Join(r.dir, "link")))
	base = r.commit()
	r.write("content", "changed\n")
	r.must(os.Chmod(filepath.Join(r.dir, "mode"), 0o755))
	r.must(os.Rename(filepath.Join(r.dir, "old-name"), filepath.Join(r.dir, "new-name")))
	for _, name := range []string{"gone", "to-link", "to-dir", "link"} {
		r.must(os.Remove(filepath.Join(r.dir, name)))
	}
	r.must(os.Symlink("same", filepath.Join(r.dir, "to-link")))
	r.must(os.Symlink("mode", filepath.Join(r.dir, "link")))
	for _, name := range []string{"to-dir/f", "new\nline", `quo"te`, "-dash", "caf\xe9", " space ", "é"} {
		r.write(name, "x")
	}
	head = r.commit()
	return base, head, []string{" space ", "-dash", "caf\xe9", "content", "gone", "link", "mode", "new\nline", "new-name", "old-name",
		`quo"te`, "to-dir", "to-dir/f", "to-link", "é"}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	base, head, want := r.oddChanges()
	r.git("config", "diff.renames", "copies") // a habit must not change the answer
	r.git("config", "core.quotePath", "true")
	g := r.open()
	got, err := g.Changed(t.Context(), base, head)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got, err := g.Changed(t.Context(), head, head); err != nil || len(got) != 0 {
		t.Errorf("got %q and %v for one commit", got, err)
	}
	if _, err := g.Changed(t.Context(), base, strings.Repeat("1", 40)); err == nil {
		t.Error("no error for a missing commit")
	}
}

func TestChangedSeesSubmodules(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write(".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = ./s\n\tignore = all\n")
	first := r.commit()
	r.git("update-index", "--add", "--cacheinfo", "160000,"+first+",s")
	r.git("commit", "--quiet", "--message=add")
	second := r.git("rev-parse", "HEAD")
	got, err := r.open().Changed(t.Context(), first, second)
	if diff := cmp.Diff([]string{"s"}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestChangedBetweenDirsAgreesWithGit(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	base, head, want := r.oddChanges()
	before, after := mustExtract(t, r.open(), base), mustExtract(t, r.open(), head)
	repo{t, before.Dir}.write("sub/.git/config", "not compared")
	repo{t, after.Dir}.write("sub/.git", "gitdir: elsewhere")
	r.must(os.Mkdir(filepath.Join(after.Dir, "empty"), 0o755))
	got, err := ChangedBetweenDirs(before.Dir, after.Dir)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestChangedBetweenDirs(t *testing.T) {
	t.Parallel()
	a, b := repo{t, t.TempDir()}, repo{t, t.TempDir()}
	big := strings.Repeat("x", 100_000)
	a.write("big", big+"1")
	b.write("big", big+"2")
	a.write("same", big)
	b.write("same", big)
	a.must(os.Chmod(filepath.Join(a.dir, "same"), 0o600)) // git keeps no such bit
	link := filepath.Join(t.TempDir(), "link")
	a.must(os.Symlink(a.dir, link))
	for _, base := range []string{a.dir, link, a.dir + "/"} {
		got, err := ChangedBetweenDirs(base, b.dir)
		if diff := cmp.Diff([]string{"big"}, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", base, err, diff)
		}
	}
	for _, dir := range []string{filepath.Join(a.dir, "gone"), filepath.Join(a.dir, "same"), ""} {
		if got, err := ChangedBetweenDirs(dir, b.dir); err == nil {
			t.Errorf("%q: got %q, want an error", dir, got)
		}
		if got, err := ChangedBetweenDirs(b.dir, dir); err == nil {
			t.Errorf("%q: got %q, want an error", dir, got)
		}
	}
}
