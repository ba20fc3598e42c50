package checkout

import (
	"errors"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

// branched makes a branch that left main n commits ago, on both sides, and
// gives where it left, main and the branch.
func (r repo) branched(n int) (fork, main, branch string) {
	r.write("f", "0")
	for range 30 { // history that nobody needs
		fork = r.commit()
	}
	r.git("checkout", "--quiet", "-b", "branch")
	for range n {
		r.git("commit", "--quiet", "--allow-empty", "--message=branch")
	}
	branch = r.git("rev-parse", "HEAD")
	r.git("checkout", "--quiet", "main")
	for range n {
		main = r.commit()
	}
	return fork, main, branch
}

func TestMergeBaseInShallowClone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		n, most int // commits on each side, commits fetched
	}{{1, 26}, {4, 32}, {25, 120}} {
		r := newRepo(t)
		fork, main, branch := r.branched(test.n)
		c := r.clone("--depth=1", "--branch=branch")
		refs := c.git("for-each-ref")
		g := c.open()
		if _, err := g.Ensure(t.Context(), main); err != nil {
			t.Fatal(err)
		}
		if got, err := g.MergeBase(t.Context(), main, branch); err != nil || got != fork {
			t.Errorf("%d commits: got %q and %v, want %s", test.n, got, err, fork)
		}
		if n := len(c.commits()); n > test.most {
			t.Errorf("%d commits: the clone has %d, want at most %d", test.n, n, test.most)
		}
		if after := c.git("for-each-ref"); after != refs {
			t.Errorf("refs changed from\n%s\nto\n%s", refs, after)
		}
	}
}

// TestMergeBaseOfStrangers has the whole history fetched before it says that
// there is nothing in common.
func TestMergeBaseOfStrangers(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	_, main, _ := r.branched(1)
	r.git("checkout", "--quiet", "--orphan", "alone")
	r.git("commit", "--quiet", "--allow-empty", "--message=alone")
	alone := r.git("rev-parse", "HEAD")
	c := r.clone("--depth=1", "--branch=alone")
	g := c.open()
	if _, err := g.Ensure(t.Context(), main); err != nil {
		t.Fatal(err)
	}
	_, err := g.MergeBase(t.Context(), main, alone)
	if !errors.Is(err, ErrNotFound) || !strings.Contains(fault.HintOf(err), "fetch-depth: 0") {
		t.Errorf("got %v", err)
	}
	if shallow, err := g.IsShallow(t.Context()); err != nil || shallow {
		t.Errorf("shallow: %v, %v", shallow, err)
	}
}

func TestMergeBaseOutOfReach(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	_, main, branch := r.branched(3)
	c := r.clone("--depth=1", "--branch=branch")
	g := c.open()
	if _, err := g.Ensure(t.Context(), main); err != nil {
		t.Fatal(err)
	}
	c.git("remote", "set-url", "origin", "file:///nonexistent")
	_, err := g.MergeBase(t.Context(), main, branch)
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "does not appear to be a git repository") || !strings.Contains(fault.HintOf(err), "fetch-depth: 0") {
		t.Errorf("got %v", err)
	}
}
