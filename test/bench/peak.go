package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// watchPeak looks at how much memory a process has held, until stop is called,
// which gives the most it saw, in KiB. What wait tells counts the memory of
// this process, too, of which the other begins as a copy. It is 0 where there is
// no /proc.
func watchPeak(pid int) (stop func() int64) {
	ended, result := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		ticks := time.NewTicker(5 * time.Millisecond)
		defer ticks.Stop()
		for {
			peak = max(peak, highWater(pid))
			select {
			case <-ended:
				result <- peak
				return
			case <-ticks.C:
			}
		}
	}()
	return func() int64 {
		close(ended)
		return <-result
	}
}

// highWater is the most memory that a process has held so far, in KiB.
func highWater(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	number, _, _ := strings.Cut(rest, "kB")
	n, _ := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	return n
}
