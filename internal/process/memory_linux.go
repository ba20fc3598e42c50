package process

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// BoundMemory has this process end, rather than its machine, when it needs more
// than limit bytes. 0 is three quarters of what the machine, or the container,
// has.
func BoundMemory(limit int64) {
	if limit = bound(limit); limit <= 0 {
		return
	}
	debug.SetMemoryLimit(limit / 8 * 7)
	var now unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_DATA, &now) == nil && now.Max > uint64(limit) {
		_ = unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(limit), Max: now.Max})
	}
}

// bound gives a limit of memory, or the one that holds without.
func bound(limit int64) int64 {
	if limit > 0 {
		return limit
	}
	return available() / 4 * 3
}

// available gives the memory that is left, in bytes; 0 if nothing says.
func available() int64 {
	var most int64
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			most = kib << 10
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, _ := os.ReadFile(file)
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && (most == 0 || n < most) {
			most = n
		}
	}
	return most
}
