package main

import (
	"fmt"
	"io"
)

// target is a number that argoplan is held to.
type target struct {
	name  string
	limit float64
	// least is true if the number is to be no less than the limit; else it is to
	// be no more.
	least bool
	got   float64 // 0 if it was not measured
}

// targets gives those that the results say something about.
func targets(results []result) []target {
	of := func(name string) result {
		for _, r := range results {
			if r.name == name {
				return r
			}
		}
		return result{}
	}
	hundred, one, far, pair := of("100/1000"), of("1/10"), of("1/5000"), of("pair")
	five, fifty := of("500/5000"), of("50/1000")
	return []target{
		{"100 Applications: CPU of A over argoplan's", 6, true, hundred.over(hand, argoplan, cpuOf)},
		{"100 Applications: wall time of A over argoplan's", 5, true, hundred.over(hand, argoplan, wallOf)},
		{"1 Application: CPU of A over argoplan's", 3, true, one.over(hand, argoplan, cpuOf)},
		{"1 Application: wall time of A over argoplan's", 3, true, one.over(hand, argoplan, wallOf)},
		{"100 Applications: CPU of B over argoplan's", 5, true, hundred.over(argoCD, argoplan, cpuOf)},
		{"100 Applications: argoplan's CPU over the floor", 1.35, false, hundred.over(argoplan, lowest, cpuOf)},
		{"1 Application in 5,000 over 1 in 10, without Git: CPU", 1.5, false, quotient(far.withoutGit(cpuOf), one.withoutGit(cpuOf))},
		{"1 Application in 5,000 over 1 in 10, without Git: wall time", 1.5, false, quotient(far.withoutGit(wallOf), one.withoutGit(wallOf))},
		{"Peak memory for 500 Applications over that for 50", 2, false, quotient(five.of(argoplan, peakOf), fifty.of(argoplan, peakOf))},
		{"Peak memory for 500 Applications, in MiB", 500, false, five.of(argoplan, peakOf)},
		{"Two renders of 5 MB: CPU of dyff over argoplan's", 5, true, pair.over(dyffAlone, directories, cpuOf)},
		{"Two renders of 5 MB: wall time of dyff over argoplan's", 5, true, pair.over(dyffAlone, directories, wallOf)},
	}
}

func (r result) of(p program, number func(usage) float64) float64 {
	return median(r.samples[p], number)
}

// over is how many times what below takes above takes.
func (r result) over(above, below program, number func(usage) float64) float64 {
	return quotient(r.of(above, number), r.of(below, number))
}

// withoutGit is what argoplan takes less what it takes to put both trees on the
// disk.
func (r result) withoutGit(number func(usage) float64) float64 {
	return median(r.samples[argoplan], func(u usage) float64 {
		s := u.stage("checking out")
		return number(u) - number(usage{cpu: s.cpu, wall: s.wall})
	})
}

func quotient(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// verdict says whether a target is met, or by how much it is missed.
func (t target) verdict() string {
	switch {
	case t.got == 0:
		return "not measured"
	case t.least == (t.got >= t.limit) || t.got == t.limit:
		return "met"
	case t.least:
		return fmt.Sprintf("missed by %.0f%%", 100*(t.limit-t.got)/t.limit)
	default:
		return fmt.Sprintf("missed by %.0f%%", 100*(t.got-t.limit)/t.limit)
	}
}

// targetTable writes each target as a row.
func targetTable(w io.Writer, results []result) {
	fmt.Fprintln(w, "| Target | wanted | measured | |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, t := range targets(results) {
		wanted := fmt.Sprintf("at most %v", t.limit)
		if t.least {
			wanted = fmt.Sprintf("at least %v", t.limit)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", t.name, wanted, number(t.got, "%.2f"), t.verdict())
	}
}
