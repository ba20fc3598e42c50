package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// usage is what one run took, the commands that it ran included.
type usage struct {
	cpu, wall time.Duration
	peak      int64 // KiB
	// stages are those that argoplan logs, in its order.
	stages []stage
}

type stage struct {
	name      string
	cpu, wall time.Duration
	commands  time.Duration // the part of cpu that is not argoplan's own
}

// measure runs a command to its end.
func measure(binary string, args []string) (usage, error) {
	u, out, err := measured(exec.Command(binary, args...))
	if err != nil {
		return u, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, tail(out, 4000))
	}
	return u, nil
}

// measured runs a command and gives what it printed, too.
func measured(cmd *exec.Cmd) (usage, []byte, error) {
	var out bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	cmd.Stderr = &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, nil, err
	}
	peak := watchPeak(cmd.Process.Pid)
	err := cmd.Wait()
	u := usage{wall: time.Since(start), peak: peak()}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return u, out.Bytes(), err
}

// spent is the CPU time of this process and of those that it ran and that ended.
func spent() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

// tail is the end of what a command printed, where its error is.
func tail(out []byte, most int) []byte { return out[max(0, len(out)-most):] }

// environment is what the measured commands see: tools, and a home without
// anybody's settings.
func environment(home string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + os.TempDir(), "GIT_CONFIG_NOSYSTEM=1"}
}

func median(all []usage, of func(usage) float64) float64 {
	var values []float64
	for _, u := range all {
		values = append(values, of(u))
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func cpuOf(u usage) float64  { return u.cpu.Seconds() }
func wallOf(u usage) float64 { return u.wall.Seconds() }
func peakOf(u usage) float64 { return float64(u.peak) / 1024 }

// searched leaves out of a PATH what lies in somebody's home: argoplan runs
// plugins as users of their own, who can't look in there.
func searched(path, home string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(path, ":"), func(dir string) bool {
		rel, err := filepath.Rel(home, dir)
		return err == nil && filepath.IsLocal(rel)
	}), ":")
}
