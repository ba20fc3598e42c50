package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/action"
)

// TestMain makes this binary the commands that are measured, too.
func TestMain(m *testing.M) {
	args := os.Args[1:]
	switch {
	case len(args) > 0 && args[0] == "diff":
		os.Exit(action.Main(context.Background(), args, os.Getenv, os.Stdout, os.Stderr))
	case len(args) > 0 && args[0] == floorCommand:
		if err := run(args); err != nil {
			_, _ = io.WriteString(os.Stderr, err.Error())
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// TestQuick measures the small rows once: every program that is there gives a
// number, and argoplan renders all that is affected.
func TestQuick(t *testing.T) {
	tools, err := filepath.Abs(filepath.Join("..", "..", ".bin"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	b := &bench{binary: self, self: []string{self, floorCommand}, parallel: 2, log: &log}
	for _, w := range quick() {
		r, err := b.run(w, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range w.programs {
			if p == argoCD {
				continue // another module builds it
			}
			u := r.samples[p]
			if len(u) != 1 || u[0].wall <= 0 || p != firstLine && u[0].cpu <= 0 {
				t.Errorf("%s, %s: %+v", w.title, p, u)
			}
		}
		if got := r.samples[argoplan][0].stages; len(got) != 4 {
			t.Errorf("%s: stages %+v", w.title, got)
		}
	}
	for _, line := range []string{"generated in", "argoplan", "floor", "git worktree"} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("the log lacks %q:\n%s", line, &log)
		}
	}
}
