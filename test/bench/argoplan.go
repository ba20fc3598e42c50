package main

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/argoplan/argoplan/test/bench/fleet"
)

// argoplan compares the two branches of a fleet. A run that did not render what
// it was to render is an error, and no measurement.
func (b *bench) argoplan(f *fleet.Fleet) (usage, error) {
	return b.diff(len(f.Applications), "--repo", f.Git, "--base-ref", "main", "--head-ref", "feature")
}

// argoplanWarm does the same with a cache-dir that an earlier run has filled.
func (b *bench) argoplanWarm(f *fleet.Fleet) (usage, error) {
	args := []string{"--repo", f.Git, "--base-ref", "main", "--head-ref", "feature", "--cache-dir", filepath.Join(b.work, "cache")}
	if _, err := b.diff(len(f.Applications), args...); err != nil {
		return usage{}, err
	}
	return b.diff(len(f.Applications), args...)
}

// argoplanDirectories compares the two trees as they are, without Git.
func (b *bench) argoplanDirectories(f *fleet.Fleet) (usage, error) {
	return b.diff(len(f.Applications), "--base-dir", f.Base, "--head-dir", f.Head)
}

func (b *bench) diff(changed int, args ...string) (usage, error) {
	cmd := b.diffCommand(args...)
	cmd.Stdout = io.Discard // the report
	u, out, err := measured(cmd)
	if err != nil {
		return u, fmt.Errorf("argoplan %v: %w\n%s", args, err, bytes.Join(errorLine.FindAll(out, 10), []byte("\n")))
	}
	u.stages = stages(out)
	t, err := readTotals(b.reportDir())
	if err == nil && (t.Changed != changed || t.Selected != changed || t.Failed+t.Skipped > 0) {
		err = fmt.Errorf("expected %d changed Applications and no others, found %+v", changed, t)
	}
	return u, err
}

// errorLine is one that says why argoplan failed.
var errorLine = regexp.MustCompile(`(?m)^error: .*$`)

func (b *bench) diffCommand(args ...string) *exec.Cmd {
	cmd := exec.Command(b.binary, append([]string{"diff", "--repository", fleet.Slug, "--base-branch", "main",
		"--parallel", strconv.Itoa(b.parallel), "--report-dir", b.reportDir(), "--plugin-timeout", "10m", "--allowed-hosts", "127.0.0.1", "--timings"}, args...)...)
	cmd.Env = environment(b.home)
	cmd.Dir = b.work
	return cmd
}

func (b *bench) reportDir() string { return filepath.Join(b.work, "report") }

var stageLine = regexp.MustCompile(`(?m)^timings: (.+) took ([0-9.]+) s, and ([0-9.]+) s of CPU, ([0-9.]+) s of it in commands$`)

// stages reads what argoplan logs with --timings.
func stages(log []byte) (all []stage) {
	for _, m := range stageLine.FindAllSubmatch(log, -1) {
		all = append(all, stage{name: string(m[1]), wall: seconds(m[2]), cpu: seconds(m[3]), commands: seconds(m[4])})
	}
	return all
}

func seconds(text []byte) time.Duration {
	n, _ := strconv.ParseFloat(string(text), 64) // the pattern allows numbers only
	return time.Duration(n * float64(time.Second))
}

// firstLine measures how long it takes argoplan to say something.
func (b *bench) firstLine(f *fleet.Fleet) (usage, error) {
	cmd := b.diffCommand("--base-dir", f.Base, "--head-dir", f.Head)
	first := &firstWrite{start: time.Now()}
	cmd.Stderr = first
	if err := cmd.Run(); err != nil {
		return usage{}, fmt.Errorf("argoplan: %w", err)
	}
	return usage{wall: first.after}, nil
}

// firstWrite remembers when something was written first.
type firstWrite struct {
	start time.Time
	after time.Duration
}

// Write looks at the clock.
func (w *firstWrite) Write(text []byte) (int, error) {
	if w.after == 0 {
		w.after = time.Since(w.start)
	}
	return len(text), nil
}
