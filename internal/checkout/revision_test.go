package checkout

import (
	"errors"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	first := r.commit()
	second := r.commit()
	r.git("tag", "--annotate", "--message=t", "v1", first)
	r.git("branch", "feature/x", first)
	g := r.open()
	for rev, want := range map[string]string{
		"main": second, "HEAD": second, "HEAD~1": first, "v1": first, "feature/x": first, second: second, second[:10]: second,
	} {
		if got, err := g.Resolve(t.Context(), rev); err != nil || got != want {
			t.Errorf("%s: got %q and %v, want %s", rev, got, err, want)
		}
	}
	for _, rev := range []string{"gone", "HEAD~5", "HEAD^2", strings.Repeat("1", 40), "HEAD:", "main..v1"} {
		if got, err := g.Resolve(t.Context(), rev); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: got %q and %v, want not found", rev, got, err)
		}
	}
}

func TestRevisionsThatAreRefused(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.commit()
	g := r.open()
	for _, rev := range []string{"^HEAD", "@{upstream}"} {
		if got, err := g.Resolve(t.Context(), rev); err == nil {
			t.Errorf("%s: got %q", rev, got)
		}
	}
	for _, rev := range []string{"", "-", "--upload-pack=x", "--all", "a b", "a\nb", "a\x00b", "a\tb", "a\u00a0b", "\x1b[1m"} {
		if _, err := g.Resolve(t.Context(), rev); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Resolve(%q): got %v", rev, err)
		}
		if _, err := g.Ensure(t.Context(), rev); err == nil || fault.HintOf(err) != "" {
			t.Errorf("Ensure(%q): got %v", rev, err)
		}
	}
	for _, id := range []string{"HEAD", "", "--all", strings.Repeat("A", 40), strings.Repeat("a", 41), strings.Repeat("a", 40) + "\n"} {
		_, parent := g.Parent(t.Context(), id, 1)
		_, mergeBase := g.MergeBase(t.Context(), id, id)
		_, changed := g.Changed(t.Context(), id, id)
		for _, err := range []error{parent, mergeBase, changed} {
			if err == nil || !strings.Contains(err.Error(), "expected a commit id of 40 digits") {
				t.Errorf("%q: got %v", id, err)
			}
		}
	}
}

// mergeCommit makes what GitHub checks out for a pull request whose base has
// moved on, and gives base, the pull request's head, and their merge.
func (r repo) mergeCommit() (base, head, merge string) {
	r.t.Helper()
	r.write("f", "1\n")
	r.commit()
	r.git("checkout", "--quiet", "-b", "topic")
	r.write("topic", "t\n")
	head = r.commit()
	r.git("checkout", "--quiet", "main")
	r.write("f", "2\n")
	base = r.commit()
	r.git("checkout", "--quiet", "-b", "merge")
	r.git("merge", "--quiet", "--no-ff", "--message=merge", "topic")
	return base, head, r.git("rev-parse", "HEAD")
}

func TestParentAndMergeBase(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	base, head, merge := r.mergeCommit()
	root := r.git("rev-list", "--max-parents=0", "HEAD")
	shallow := r.clone("--depth=1", "--branch=merge")
	for name, g := range map[string]*Git{"full": r.open(), "shallow": shallow.open()} {
		for n, want := range map[int]string{1: base, 2: head} {
			if got, err := g.Parent(t.Context(), merge, n); err != nil || got != want {
				t.Errorf("%s: parent %d: got %q and %v, want %s", name, n, got, err, want)
			}
		}
		for _, n := range []int{0, 3, -1} {
			if _, err := g.Parent(t.Context(), merge, n); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: parent %d: got %v", name, n, err)
			}
		}
	}
	if got, err := r.open().MergeBase(t.Context(), base, head); err != nil || got != root {
		t.Errorf("got %q and %v, want %s", got, err, root)
	}
	r.git("checkout", "--quiet", "--orphan", "other")
	other := r.commit()
	if _, err := r.open().MergeBase(t.Context(), base, other); !errors.Is(err, ErrNotFound) || fault.HintOf(err) == "" {
		t.Errorf("got %v for unrelated commits, want not found with a hint", err)
	}
}
