package action

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage collector lets the heap grow by a share of what is in use before
// it collects again, 100% if nobody says otherwise. Collecting less often takes much less
// time while little is in use. slack bytes are what that may cost in memory, so from a
// quarter of them in use on the share shrinks; but never below the least, for collecting all the time
// would take longer than rendering.
const (
	mostGrowth  = 400 // percent
	leastGrowth = 50
	slack       = 120 << 20 // bytes
)

// collectLess has the garbage collector run by these rules. Whoever sets GOGC
// knows better.
func collectLess(getenv func(string) string) {
	if getenv("GOGC") == "" {
		adjustGrowth(0)
	}
}

// adjustGrowth sets the share, and again after each collection: the cleanup of an
// object that nobody uses runs behind the next one.
func adjustGrowth(int) {
	used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(used)
	debug.SetGCPercent(growth(used[0].Value.Uint64()))
	runtime.AddCleanup(new([16]byte), adjustGrowth, 0)
}

// growth is by how many percent the heap may grow if so many bytes are in use.
func growth(used uint64) int {
	if used == 0 {
		return mostGrowth
	}
	return int(min(max(slack*100/used, leastGrowth), mostGrowth))
}
