package applicationset

import (
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/tree"
)

// TestPathspecsAreGits holds pathspecs against git itself.
func TestPathspecsAreGits(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	files := []string{"a", "b/c.json", "b/d/c.json", "b/.h/c.json", "b*/star", "b[x]/y", "x^y", "x!y", "a-b/1", "a]b", "ab/é.json", "A"}
	contents := map[string]string{}
	for _, name := range files {
		contents[name] = "x"
	}
	root := write(t, contents)
	run := func(args ...string) string {
		command := exec.CommandContext(t.Context(), git, append([]string{"-C", root}, args...)...)
		command.Env = []string{"HOME=" + root, "GIT_CONFIG_NOSYSTEM=1", "PATH=/usr/bin:/bin"}
		out, err := command.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return string(out)
	}
	run("init", "-q")
	run("add", "-A")
	tracked := &gitTree{fs: tree.Dir(root)}
	for _, pattern := range []string{
		"", ".", "a", "b", "b/", "a/", "./b", "b//d", "b/d/../c.json", "*", "*.json", "b/*", "b/**", "b/*/c.json", "**/c.json", "b/?/c.json", "b/?d?c.json",
		"[ab]", "[!a]", "[^a]", "[a-b]/*", "b[*]/star", "b\\*/star", "b*/star", "b[x]/y", "b\\[x]/y", "x[!^]y", "x[\\^]y", "x[!]y", "a[]]b", "a[]", "a[", "[b-a]",
		"[[:alpha:]]", "[[:upper:]]", "a[[:punct:]]b", "nothing", "b/d*", "ab/*.json", "b/{c,d}.json", "a\\", "b.*", "(a)", "b/.h", "b/.*",
	} {
		if pattern == "" {
			continue // Argo CD asks for "." then
		}
		want := strings.Split(strings.TrimSuffix(run("ls-files", "--full-name", "-z", "--", pattern), "\x00"), "\x00")
		got, err := tracked.match(pattern, false)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(strings.Join(want, " "), strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-git +got):\n%s", pattern, diff)
		}
	}
}

func TestPathspecMagicIsSkipped(t *testing.T) {
	t.Parallel()
	_, err := newPathspec(":(glob)**/x")
	var skip *fault.Unsupported
	if !errors.As(err, &skip) {
		t.Errorf("got %v", err)
	}
	for _, pattern := range []string{"/a", "../a", "..", "a/../.."} {
		if _, err := newPathspec(pattern); err == nil {
			t.Errorf("%q is not refused", pattern)
		}
	}
	if p, err := newPathspec(""); err != nil || !p.matches("any/thing") {
		t.Errorf("an empty pattern is not everything: %v", err)
	}
}
