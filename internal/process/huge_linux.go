package process

import (
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mostHuge bounds the part of the heap that is asked to lie in huge pages.
const mostHuge = 256 << 20 // bytes

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
// there. It would not touch them, and neither does this.
func advise(size int) {
	if size < 2*hugePage {
		return
	}
	percent := debug.SetGCPercent(-1) // a collection in between would be one more
	part := make([]byte, size)
	from := int(-uintptr(unsafe.Pointer(unsafe.SliceData(part))) % hugePage)
	// Where the kernel has none, nothing is different.
	_ = unix.Madvise(part[from:from+(size-from)/hugePage*hugePage], unix.MADV_HUGEPAGE)
	runtime.GC() // nobody refers to part any more
	debug.SetGCPercent(percent)
}

const hugePage = 2 << 20 // bytes, on most machines
