// Command bench measures argoplan on generated repositories, side by side with
// what a user would write, with Argo CD's own code and with the libraries alone,
// and prints tables. See docs/performance.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// floorCommand is the argument that makes this command the process in which the
// floor is measured.
const floorCommand = "floor"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are what the flags say.
type options struct {
	binary, argocd, only string
	runs                 int
	quick, write         bool
}

func run(args []string) error {
	if len(args) == 3 && args[0] == floorCommand {
		return floorMain(args[1], args[2])
	}
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.binary, "argoplan", ".bin/argoplan", "the command to measure")
	flags.StringVar(&o.argocd, "argocd", "", "the command that measures Argo CD's code; empty leaves it out")
	flags.IntVar(&o.runs, "runs", 5, "runs of each row; medians are printed")
	flags.StringVar(&o.only, "only", "", "rows to measure, with commas: "+strings.Join(rowNames(), ", "))
	flags.BoolVar(&o.quick, "quick", false, "try everything once on small repositories")
	flags.BoolVar(&o.write, "write", false, "write the numbers to "+document+" instead of printing them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return o.bench()
}

// rowNames are what -only takes; find are the rows of find.go.
func rowNames() []string {
	names := []string{"find"}
	for _, w := range workloads() {
		names = append(names, w.name)
	}
	return names
}

// chosen says whether a row is asked for.
func (o options) chosen(name string) bool {
	return o.only == "" || slices.Contains(strings.Split(o.only, ","), name)
}

// bench measures the chosen rows and prints them.
func (o options) bench() error {
	b, err := o.open()
	if err != nil {
		return err
	}
	rows := workloads()
	if o.quick {
		rows, o.runs = quick(), 1
	}
	var results []result
	started := time.Now()
	for _, w := range rows {
		if !o.chosen(w.name) {
			continue
		}
		r, err := b.run(w, o.runs)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	text, err := o.report(b, results)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.log, "measured in %.0f s\n", time.Since(started).Seconds())
	if o.write {
		return rewrite(document, text)
	}
	fmt.Print(text)
	return nil
}

func (o options) open() (*bench, error) {
	b := &bench{parallel: runtime.NumCPU(), log: os.Stderr}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b.self = []string{self, floorCommand}
	for _, path := range []struct {
		from string
		to   *string
	}{{o.binary, &b.binary}, {o.argocd, &b.argocd}} {
		if path.from == "" {
			continue
		}
		if *path.to, err = filepath.Abs(path.from); err != nil {
			return nil, err
		}
	}
	// The tools are beside argoplan.
	return b, os.Setenv("PATH", filepath.Dir(b.binary)+string(os.PathListSeparator)+searched(os.Getenv("PATH"), os.Getenv("HOME")))
}
