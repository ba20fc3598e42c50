package affected

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/argoplan/argoplan/internal/tree"
)

// TestChangedTree holds a tree that shares what it knows with another one to what
// stands at its own directory.
func TestChangedTree(t *testing.T) {
	t.Parallel()
	base := writeTree(t, map[string]string{"same/a.yaml": "a: base", "gone/b.yaml": "b: base", "mod/c.yaml": "c: base", "real/d.yaml": "d: base"})
	head := writeTree(t, map[string]string{"same/a.yaml": "a: base", "new/x/e.yaml": "e: head", "mod/c.yaml": "c: head", "real/d.yaml": "d: head"})
	for _, dir := range []string{base, head} {
		if err := os.Symlink("real", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(head, "out")); err != nil {
		t.Fatal(err)
	}
	one := NewTree(tree.Dir(base))
	two := one.Changed(tree.Dir(head), []string{"gone/b.yaml", "mod/c.yaml", "new/x/e.yaml", "out", "real/d.yaml"})
	for name, want := range map[string][2]string{
		"same/a.yaml":  {"a: base", "a: base"},
		"gone/b.yaml":  {"b: base", ""},
		"mod/c.yaml":   {"c: base", "c: head"},
		"new/x/e.yaml": {"", "e: head"},
		"link/d.yaml":  {"d: base", "d: head"},
		"out/passwd":   {"", ""},
		"../x":         {"", ""},
	} {
		for i, tree := range []*Tree{one, two} {
			if got, _ := tree.Read(name); string(got) != want[i] {
				t.Errorf("tree %d: %s holds %q, want %q", i+1, name, got, want[i])
			}
		}
	}
	if n := len(two.list(".")); n != 6 || !two.isDir("new/x") || two.isDir("gone") || one.isDir("new") {
		t.Errorf("expected the directories of each tree, found %d at head", n)
	}
	if err := os.WriteFile(filepath.Join(head, "same/a.yaml"), []byte("not read"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _ := two.Read("same/a.yaml"); string(got) != "a: base" {
		t.Errorf("what did not change is read again: %q", got)
	}
}
