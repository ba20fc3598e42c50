package process

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// TestAdvise has a part of the heap lie in huge pages and wants what is allocated
// afterwards to come from there. No other test may allocate meanwhile.
func TestAdvise(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this kernel has no huge pages to ask for")
	}
	advise(64 << 20)
	if huge := hugeMappings(t); len(huge) == 0 {
		t.Fatal("no mapping of this process asks for huge pages")
	}
	var held [][]byte
	inside := 0
	for range 24 {
		part := make([]byte, 1<<20)
		held = append(held, part)
		if at := uintptr(unsafe.Pointer(unsafe.SliceData(part))); anyHas(hugeMappings(t), at) {
			inside++
		}
	}
	runtime.KeepAlive(held)
	if inside < 12 {
		t.Errorf("%d of 24 MiB that were allocated lie where huge pages were asked for", inside)
	}
}

// TestAdviseLittle has a bound that leaves nothing to ask for.
func TestAdviseLittle(t *testing.T) {
	before := len(hugeMappings(t))
	advise(hugePage)
	if after := len(hugeMappings(t)); after != before {
		t.Errorf("%d mappings ask for huge pages, before it were %d", after, before)
	}
}

// anyHas says whether an address is in one of the mappings.
func anyHas(mappings [][2]uintptr, at uintptr) bool {
	for _, m := range mappings {
		if m[0] <= at && at < m[1] {
			return true
		}
	}
	return false
}

// hugeMappings are the parts of this process's memory that ask for huge pages: hg
// among the flags of /proc/self/smaps.
func hugeMappings(t *testing.T) (list [][2]uintptr) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	var at [2]uintptr
	for line := range strings.Lines(string(text)) {
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && strings.Contains(flags, " hg") {
			list = append(list, at)
		}
		var from, to uintptr // of a line about one mapping; others begin like numbers, too
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			at = [2]uintptr{from, to}
		}
	}
	return list
}
