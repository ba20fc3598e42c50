package action

import "runtime/debug"

// collectLess has the garbage collector run less often than it does by itself:
// half as much of the time goes into it, for a third more memory. Whoever sets
// GOGC knows better.
func collectLess(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}
