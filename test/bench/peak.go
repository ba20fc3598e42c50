package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchPeak looks at how much memory a process and those that it started have
// held, until stop is called, which gives the most that it saw of a single one, in
// KiB: argoplan works in a second process, which the first one watches. What wait
// tells counts the memory of this process, too, of which the other begins as a
// copy. It is 0 where there is no /proc.
func watchPeak(pid int) (stop func() int64) {
	ended, result := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		ticks := time.NewTicker(10 * time.Millisecond)
		defer ticks.Stop()
		for {
			for _, p := range family(pid) {
				peak = max(peak, highWater(p))
			}
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

// family lists a process and all that it and its children have started.
func family(pid int) []int {
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i]))
		for _, file := range files {
			text, _ := os.ReadFile(file)
			for field := range strings.FieldsSeq(string(text)) {
				if child, err := strconv.Atoi(field); err == nil {
					all = append(all, child)
				}
			}
		}
	}
	return all
}

// highWater is the most memory that a process has held so far, in KiB.
func highWater(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	number, _, _ := strings.Cut(rest, "kB")
	n, _ := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	return n
}
