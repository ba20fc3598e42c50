// Command bench measures argoplan on a generated repository and prints a table:
// how long it takes to find and select, and what the whole run costs, when a
// pull request touches one Application of many.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("argoplan", ".bin/argoplan", "the command to measure")
	runs := flag.Int("runs", 5, "runs of each row; the median is printed")
	flag.Parse()
	if err := bench(*binary, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures repositories of growing size.
func bench(binary string, runs int) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	fmt.Println("| Applications | of them from ApplicationSets | command | selected | CPU (s) | wall (s) | peak memory (MiB) |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, size := range []struct{ plain, sets int }{{5, 0}, {500, 50}, {2500, 250}} {
		dir, err := os.MkdirTemp("", "argoplan-bench-")
		if err != nil {
			return err
		}
		if err = generate(dir, size.plain, size.sets); err == nil {
			err = row(binary, dir, size.plain, size.sets, runs)
		}
		os.RemoveAll(dir)
		if err != nil {
			return err
		}
	}
	return nil
}

// row measures list over two directories, which finds and selects, and diff over
// a Git repository, which also renders; git's own time is in the latter.
func row(binary, dir string, plain, sets, runs int) error {
	for _, command := range []string{"list", "diff"} {
		args := []string{command, "--repository", "bench/fleet", "--base-branch", "main"}
		if command == "list" {
			args = append(args, "--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"))
		} else {
			args = append(args, "--repo", filepath.Join(dir, "git"), "--base-ref", "main", "--head-ref", "feature", "--report-dir", filepath.Join(dir, "report"))
		}
		var all []usage
		for range runs {
			u, err := measure(binary, args)
			if err != nil {
				return err
			}
			all = append(all, u)
		}
		selected, err := selectedIn(dir, command)
		if err != nil {
			return err
		}
		fmt.Printf("| %d | %d | %s | %s | %.2f | %.2f | %.0f |\n", plain+sets*10, sets*10, command, selected,
			median(all, func(u usage) float64 { return u.cpu.Seconds() }), median(all, func(u usage) float64 { return u.wall.Seconds() }),
			median(all, func(u usage) float64 { return float64(u.peak) / 1024 }))
	}
	return nil
}

// usage is what one run took, the commands that it ran included.
type usage struct {
	cpu, wall time.Duration
	peak      int64 // KiB
}

func measure(binary string, args []string) (usage, error) {
	cmd := exec.Command(binary, args...)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		return usage{}, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	u := usage{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = r.Maxrss
	}
	return u, nil
}

// selectedIn reads from the report how many Applications were rendered.
func selectedIn(dir, command string) (string, error) {
	if command != "diff" {
		return "", nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "report", "report.json"))
	if err != nil {
		return "", err
	}
	var report struct {
		Totals struct{ Selected, Found int }
	}
	if err := json.Unmarshal(data, &report); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d of %d", report.Totals.Selected, report.Totals.Found), nil
}

func median(all []usage, of func(usage) float64) float64 {
	var values []float64
	for _, u := range all {
		values = append(values, of(u))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
