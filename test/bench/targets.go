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
	why   string  // it is missed, if it is
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
		{"100 Applications: CPU of A over argoplan's", 6, true, hundred.over(hand, argoplan, cpuOf), hundred.bound(hand, cpuOf)},
		{"100 Applications: wall time of A over argoplan's", 5, true, hundred.over(hand, argoplan, wallOf), hundred.bound(hand, cpuOf) + ", and it keeps all cores busy, too"},
		{"1 Application: CPU of A over argoplan's", 3, true, one.over(hand, argoplan, cpuOf), one.bound(hand, cpuOf) + "; " + one.starts(cpuOf)},
		{"1 Application: wall time of A over argoplan's", 3, true, one.over(hand, argoplan, wallOf), one.bound(hand, cpuOf) + "; " + one.starts(wallOf)},
		{"100 Applications: CPU of B over argoplan's", 5, true, hundred.over(argoCD, argoplan, cpuOf), hundred.bound(argoCD, cpuOf)},
		{"100 Applications: argoplan's CPU over the floor", 1.35, false, hundred.over(argoplan, lowest, cpuOf),
			"charts that make something up are rendered at base a second time, as are plugins unless the change wrote all that differs, and Applications are found, compared and reported"},
		{"1 Application in 5,000 over 1 in 10, without Git: CPU", 1.5, false, quotient(far.ownCPU(), one.ownCPU()), far.finding(cpuOf)},
		{"1 Application in 5,000 over 1 in 10, without checking out: wall time", 1.5, false, quotient(far.checkedOut(), one.checkedOut()), far.finding(wallOf)},
		{"Peak memory for 500 Applications over that for 50", 2, false, quotient(five.of(argoplan, peakOf), fifty.of(argoplan, peakOf)), growth(fifty, five)},
		{"Peak memory for 500 Applications, in MiB", 500, false, five.of(argoplan, peakOf), growth(fifty, five)},
		{"Two renders of 5 MB: CPU of dyff over argoplan's", 5, true, pair.over(dyffAlone, directories, cpuOf), pair.besides(cpuOf)},
		{"Two renders of 5 MB: wall time of dyff over argoplan's", 5, true, pair.over(dyffAlone, directories, wallOf), pair.besides(wallOf)},
	}
}

// besides says what argoplan does that dyff does not.
func (r result) besides(number func(usage) float64) string {
	return fmt.Sprintf("argoplan reads both files, too, and masks, judges and prints the manifests besides; %.2f s are the start of its two processes, %.2f s writing reports",
		r.unstaged(number), r.during("delivering", number))
}

// bound says how far a program is from the least that rendering takes.
func (r result) bound(p program, number func(usage) float64) string {
	return fmt.Sprintf("it takes %.1f times the floor and argoplan %.1f times, and nothing that renders everything at both sides takes less than the floor",
		r.over(p, lowest, number), r.over(argoplan, lowest, number))
}

// starts says what the program takes outside of its stages.
func (r result) starts(number func(usage) float64) string {
	return fmt.Sprintf("%.2f s of argoplan's are the start of its two processes, and %.2f s Git's", r.unstaged(number), r.during("checking out", number))
}

// unstaged is what argoplan takes outside of its stages.
func (r result) unstaged(number func(usage) float64) float64 {
	return median(r.samples[r.own()], func(u usage) float64 {
		all := number(u)
		for _, s := range u.stages {
			all -= number(usage{cpu: s.cpu, wall: s.wall})
		}
		return all
	})
}

// during is what one of argoplan's stages takes.
func (r result) during(name string, number func(usage) float64) float64 {
	return median(r.samples[r.own()], func(u usage) float64 {
		s := u.stage(name)
		return number(usage{cpu: s.cpu, wall: s.wall})
	})
}

// growth says what an affected Application adds to the memory: its part of the
// report, what is secret in it, and the definitions that finding reads.
func growth(few, many result) string {
	each := (many.of(argoplan, peakOf) - few.of(argoplan, peakOf)) / float64(max(1, many.spec.Affected-few.spec.Affected))
	return fmt.Sprintf("it grows by %.1f MiB with each affected Application and the nine others that the repository has for it: the report is held as a whole, and while Applications are selected all definitions are", each)
}

// finding says what it takes to know all Applications.
func (r result) finding(number func(usage) float64) string {
	_, git, _ := r.stage("finding")
	return fmt.Sprintf("reading the definitions of all Applications, and asking what each reads, takes %.2f s; %.2f s of CPU in it are Git's, which looks for them and gives their content",
		r.during("finding", number), git)
}

func (r result) of(p program, number func(usage) float64) float64 {
	return median(r.samples[p], number)
}

// over is how many times what below takes above takes.
func (r result) over(above, below program, number func(usage) float64) float64 {
	return quotient(r.of(above, number), r.of(below, number))
}

// ownCPU is what argoplan takes less what Git's commands take to find and give the
// files of both trees.
func (r result) ownCPU() float64 {
	return median(r.samples[argoplan], func(u usage) float64 {
		return (u.cpu - u.stage("checking out").commands - u.stage("finding").commands).Seconds()
	})
}

// checkedOut is the time that argoplan takes from when both trees can be read. What
// Git takes afterwards can't be told apart.
func (r result) checkedOut() float64 {
	return median(r.samples[argoplan], func(u usage) float64 { return (u.wall - u.stage("checking out").wall).Seconds() })
}

func quotient(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// verdict says whether a target is met, or by how much it is missed, and why.
func (t target) verdict() string {
	switch {
	case t.got == 0:
		return "not measured"
	case t.least == (t.got >= t.limit) || t.got == t.limit:
		return "met"
	case t.least:
		return fmt.Sprintf("missed by %.0f%%: %s", 100*(t.limit-t.got)/t.limit, t.why)
	default:
		return fmt.Sprintf("missed by %.0f%%: %s", 100*(t.got-t.limit)/t.limit, t.why)
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
