package render

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestSealSeesMappings writes to a file by way of memory that has been read
// before, which a file system in memory gives no new time for. Without a watch
// anything may have been opened.
func TestSealSeesMappings(t *testing.T) {
	t.Parallel()
	for i, place := range []string{"", "/dev/shm", "", "/dev/shm"} {
		scratch, err := os.MkdirTemp(place, "argoplan-test-")
		if err != nil {
			t.Logf("not tested in %s: %v", place, err)
			continue
		}
		t.Cleanup(func() { _ = os.RemoveAll(scratch) })
		w := sealedWorkspace(t, nil, scratch)
		if i >= 2 {
			w.tree.seal.close()
			w.tree.seal.watch = nil
		}
		if !w.tree.seal.holds(w.root) {
			t.Errorf("%s: the seal does not hold at once", scratch)
		}
		time.Sleep(settleTime)
		f, err := os.OpenFile(filepath.Join(w.root, "d", "f"), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		memory, err := unix.Mmap(int(f.Fd()), 0, 9, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		if read := bytes.Clone(memory); !w.tree.seal.holds(w.root) {
			t.Errorf("%s: the seal does not hold after %q was read", scratch, read)
		}
		memory[0]++
		if err := unix.Munmap(memory); err != nil {
			t.Fatal(err)
		}
		if w.tree.seal.holds(w.root) {
			t.Errorf("%s: the seal holds", scratch)
		}
	}
}
