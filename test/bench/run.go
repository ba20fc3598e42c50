package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/argoplan/argoplan/test/bench/fleet"
)

// bench is what the programs share.
type bench struct {
	binary string // argoplan
	argocd string // Argo CD's code; "" measures nothing of it
	self   []string
	// work is where a run may write; home is the commands' empty home.
	work, home string
	parallel   int
	log        io.Writer
}

// result is what was measured of one workload.
type result struct {
	workload
	samples map[program][]usage
}

// run measures a workload: all programs, one after the other, as often as asked.
func (b *bench) run(w workload, runs int) (result, error) {
	r := result{workload: w, samples: map[program][]usage{}}
	root, err := os.MkdirTemp("", "argoplan-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(root)
	charts, stop, err := serve(filepath.Join(root, "charts"))
	if err != nil {
		return r, err
	}
	defer stop()
	w.spec.Seed, w.spec.Charts = seed, charts
	start := time.Now()
	f, err := fleet.Generate(root, w.spec)
	if err != nil {
		return r, fmt.Errorf("generating %s: %w", w.title, err)
	}
	fmt.Fprintf(b.log, "%s: generated in %.0f s\n", w.title, time.Since(start).Seconds())
	for n := range runs {
		programs := w.programs
		if n == 0 {
			programs = slices.Concat(programs, w.once)
		}
		if err := b.round(&r, f, root, programs); err != nil {
			return r, fmt.Errorf("%s: %w", w.title, err)
		}
	}
	return r, nil
}

// round measures each program once, in a directory of its own.
func (b *bench) round(r *result, f *fleet.Fleet, root string, programs []program) error {
	b.work, b.home = filepath.Join(root, "work"), filepath.Join(root, "work", "home")
	defer func() {
		os.RemoveAll(b.work)
		_ = exec.Command("git", "-C", f.Git, "worktree", "prune").Run()
	}()
	if err := os.MkdirAll(b.home, 0o755); err != nil {
		return err
	}
	if slices.Contains(programs, hand) { // it needs the worktrees
		programs = slices.DeleteFunc(slices.Clone(programs), func(p program) bool { return p == worktrees })
		programs = slices.Insert(programs, slices.Index(programs, hand), worktrees)
	}
	for _, p := range programs {
		if p == argoCD && b.argocd == "" {
			continue
		}
		u, err := b.measure(p, f, root)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		fmt.Fprintf(b.log, "  %-28s %8.2f s CPU %8.2f s wall %7.0f MiB\n", p, cpuOf(u), wallOf(u), peakOf(u))
		r.samples[p] = append(r.samples[p], u)
	}
	return nil
}

func (b *bench) measure(p program, f *fleet.Fleet, root string) (usage, error) {
	switch p {
	case argoplan:
		return b.argoplan(f)
	case warm:
		return b.argoplanWarm(f)
	case directories:
		return b.argoplanDirectories(f)
	case firstLine:
		return b.firstLine(f)
	case hand:
		return b.byHand(f)
	case worktrees:
		return b.worktrees(f)
	case dyffAlone:
		return b.dyffOfPair(f)
	case argoCD:
		return b.printed(b.argocd, root, b.home)
	case lowest:
		return b.printed(b.self[0], append(b.self[1:], root, b.home)...)
	}
	return usage{}, errors.New("not a program of this benchmark")
}

// printed runs a command that measures itself, without its start.
func (b *bench) printed(command string, args ...string) (usage, error) {
	cmd := exec.Command(command, args...)
	cmd.Env = environment(b.home)
	cmd.Dir = b.work
	u, out, err := measured(cmd)
	if err != nil {
		return u, fmt.Errorf("%w\n%s", err, tail(out, 4000))
	}
	var p printedUsage
	if err := json.Unmarshal(out[lastLine(out):], &p); err != nil {
		return u, fmt.Errorf("expected numbers as JSON: %w\n%s", err, tail(out, 1000))
	}
	u.cpu, u.wall = time.Duration(p.CPU*float64(time.Second)), time.Duration(p.Wall*float64(time.Second))
	return u, nil
}

// lastLine is where the last line begins.
func lastLine(out []byte) int {
	for i := len(out) - 2; i >= 0; i-- {
		if out[i] == '\n' {
			return i + 1
		}
	}
	return 0
}

// serve makes a directory that need not be there yet a chart repository.
func serve(dir string) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: http.FileServer(http.Dir(dir)), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}
