package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// table writes what was measured: medians, and how many times what argoplan
// takes the others take.
func table(w io.Writer, results []result) {
	fmt.Fprintln(w, "| Workload | Program | CPU (s) | wall (s) | peak memory (MiB) | CPU, times argoplan | wall, times argoplan |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, r := range results {
		title := r.title
		for _, p := range r.measured() {
			samples := r.samples[p]
			note := ""
			if slices.Contains(r.once, p) {
				note = " (one run)"
			}
			fmt.Fprintf(w, "| %s | %s%s | %s | %s | %s | %s | %s |\n", title, p, note,
				number(median(samples, cpuOf), "%.2f"), number(median(samples, wallOf), "%.2f"), number(median(samples, peakOf), "%.0f"),
				r.ratio(p, cpuOf), r.ratio(p, wallOf))
			title = ""
		}
	}
}

// measured lists a workload's programs that have samples, in their order.
func (r result) measured() (list []program) {
	for _, p := range slices.Concat(r.programs, r.once) {
		if len(r.samples[p]) > 0 && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// own is the program that the others are compared with.
func (r result) own() program {
	if len(r.samples[argoplan]) > 0 {
		return argoplan
	}
	return directories
}

// ratio is how many times what argoplan takes a program takes; "" where that
// says nothing.
func (r result) ratio(p program, of func(usage) float64) string {
	if p == r.own() || p == firstLine || p == worktrees || p == lowest && of(usage{wall: 1}) != 0 {
		return ""
	}
	mine := median(r.samples[r.own()], of)
	if mine == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", median(r.samples[p], of)/mine)
}

// number leaves out what was not measured.
func number(n float64, format string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(format, n)
}

// stageTable writes where argoplan's time goes.
func stageTable(w io.Writer, results []result) {
	fmt.Fprintln(w, "| Workload | Stage | CPU (s) | of it in commands (s) | wall (s) | share of the CPU |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, r := range results {
		samples, title := r.samples[r.own()], r.title
		if len(samples) == 0 {
			continue
		}
		whole := median(samples, cpuOf)
		for i, s := range samples[0].stages {
			cpu, commands, wall := r.stage(s.name)
			fmt.Fprintf(w, "| %s | %s | %.2f | %.2f | %.2f | %.0f%% |\n", title, samples[0].stages[i].name, cpu, commands, wall, 100*cpu/whole)
			title = ""
		}
	}
}

// stage gives the medians of one of argoplan's stages.
func (r result) stage(name string) (cpu, commands, wall float64) {
	of := func(part func(stage) time.Duration) float64 {
		return median(r.samples[r.own()], func(u usage) float64 { return part(u.stage(name)).Seconds() })
	}
	return of(func(s stage) time.Duration { return s.cpu }), of(func(s stage) time.Duration { return s.commands }),
		of(func(s stage) time.Duration { return s.wall })
}

func (u usage) stage(name string) stage {
	for _, s := range u.stages {
		if s.name == name {
			return s
		}
	}
	return stage{}
}
