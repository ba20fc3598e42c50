package action

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestGrowth(t *testing.T) {
	t.Parallel()
	for used, want := range map[uint64]int{0: 400, 1: 400, 30 << 20: 400, 60 << 20: 200, 120 << 20: 100, 240 << 20: 50, 8 << 30: 50} {
		if got := growth(used); got != want {
			t.Errorf("growth(%d MiB): %d%%, want %d%%", used>>20, got, want)
		}
	}
}

// TestGOGCWins comes before TestCollectLess, which goes on to adjust the share.
func TestGOGCWins(t *testing.T) {
	before := debug.SetGCPercent(123)
	defer debug.SetGCPercent(before)
	collectLess(func(name string) string { return map[string]string{"GOGC": "50"}[name] })
	if got := debug.SetGCPercent(before); got != 123 {
		t.Errorf("GOGC is set, and still the share became %d%%", got)
	}
}

// TestCollectLess holds a lot, lets it go, and looks at what the collector is told.
// It changes what is the whole process's, so no other test runs beside it.
func TestCollectLess(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	collectLess(func(string) string { return "" })
	held := make([]byte, 300<<20)
	became(t, leastGrowth)
	runtime.KeepAlive(held)
	became(t, mostGrowth)
}

// became waits until the collector's share is what it should be. Cleanups run
// some time behind a collection.
func became(t *testing.T, want int) {
	t.Helper()
	got := -1
	for start := time.Now(); time.Since(start) < time.Minute; {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
		if got = debug.SetGCPercent(want); got == want {
			return
		}
		debug.SetGCPercent(got)
	}
	t.Errorf("the heap may grow by %d%%, want %d%%", got, want)
}
