package render

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestTreePoolKeepsTreesApart: a copy of one tree is never one of another.
func TestTreePoolKeepsTreesApart(t *testing.T) {
	t.Parallel()
	p := &treePool{}
	w := sealedWorkspace(t, p, t.TempDir())
	p.give(w.of, filepath.Dir(w.base), w.root, 1, w.tree.seal)
	for _, of := range []treeCopy{{"head", false}, {"base", true}} {
		if _, ok := p.take(of); ok {
			t.Errorf("%v has the copy of another", of)
		}
	}
	again, ok := p.take(w.of)
	if !ok || again.user != 1 || !again.seal.holds(filepath.Join(again.base, "tree")) {
		t.Errorf("got %v, %v; want the copy as it was", again, ok)
	}
	if _, ok := p.take(w.of); ok {
		t.Error("two requests have the same copy")
	}
}

// sealedWorkspace is one below scratch whose copy holds the file d/f.
func sealedWorkspace(t *testing.T, p *treePool, scratch string) *workspace {
	t.Helper()
	w := &workspace{base: filepath.Join(scratch, "plugin"), root: filepath.Join(scratch, "plugin", "tree"), of: treeCopy{"base", false}, pool: p}
	err := os.MkdirAll(filepath.Join(w.root, "d"), 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(w.root, "d", "f"), []byte("as it was"), 0o644)
	}
	time.Sleep(settleTime)
	if err == nil {
		w.tree.seal, err = newSeal(w.root, func(string) ([]byte, error) { return []byte("as it was"), nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}
