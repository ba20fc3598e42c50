package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// find measures finding and selecting in repositories of growing size, where
// one small Application of many is affected.
func find(w io.Writer, binary string, runs int) error {
	fmt.Fprintln(w, "| Applications | of them from ApplicationSets | command | selected | CPU (s) | wall (s) | peak memory (MiB) |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, size := range []struct{ plain, sets int }{{5, 0}, {500, 50}, {2500, 250}} {
		dir, err := os.MkdirTemp("", "argoplan-bench-")
		if err != nil {
			return err
		}
		if err = generate(dir, size.plain, size.sets); err == nil {
			err = row(w, binary, dir, size.plain, size.sets, runs)
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
func row(w io.Writer, binary, dir string, plain, sets, runs int) error {
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
		fmt.Fprintf(w, "| %d | %d | %s | %s | %.2f | %.2f | %.0f |\n", plain+sets*10, sets*10, command, selected,
			median(all, cpuOf), median(all, wallOf), median(all, peakOf))
	}
	return nil
}
