package process

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// mostHuge bounds the part of the heap that is asked to lie in huge pages, in
	// bytes.
	mostHuge = 256 << 20
	hugePage = 2 << 20 // bytes, on most machines
	// piece is what is taken from the allocator at once. It writes zeros to a piece
	// that overlaps with what was in use before, which is no more than one or two.
	piece = 2 * hugePage
)

// UseHugePages asks the kernel for huge pages below the heap, once: a run of a
// second touches hundreds of megabytes for the first time, and giving them out 4
// KiB at a time takes up to half of its CPU. Little of them is used before it is
// needed. limit is what BoundMemory takes; no more than a quarter of it is asked
// for, because what is reserved counts.
func UseHugePages(limit int64) {
	hugeOnce.Do(func() { advise(int(min(mostHuge, bound(limit)/4))) })
}

var hugeOnce sync.Once

// advise has the allocator take size bytes from the kernel, tells the kernel
// about them, and gives them back to the allocator, which takes what it needs from
// there. It does not touch what it gets fresh from the kernel, and neither does
// this.
func advise(size int) {
	percent := debug.SetGCPercent(-1) // a collection in between would be one more
	parts := make([][]byte, size/piece)
	for i := range parts {
		parts[i] = make([]byte, piece)
	}
	for _, r := range ranges(parts) {
		from, to := (r.from+hugePage-1)/hugePage*hugePage, r.to/hugePage*hugePage
		if from < to {
			// Where the kernel has none, nothing is different.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_HUGEPAGE)
		}
	}
	clear(parts) // so far they were held
	runtime.GC()
	debug.SetGCPercent(percent)
}

// addresses are a part of this process's memory.
type addresses struct{ from, to uintptr }

// ranges says where parts lie. Those next to each other are one range: a huge
// page may begin in one and end in the next.
func ranges(parts [][]byte) (list []addresses) {
	all := make([]addresses, 0, len(parts))
	for _, part := range parts {
		at := uintptr(unsafe.Pointer(unsafe.SliceData(part)))
		all = append(all, addresses{at, at + uintptr(len(part))})
	}
	slices.SortFunc(all, func(a, b addresses) int { return cmp.Compare(a.from, b.from) })
	for _, r := range all {
		if last := len(list) - 1; last >= 0 && list[last].to == r.from {
			list[last].to = r.to
		} else {
			list = append(list, r)
		}
	}
	return list
}
