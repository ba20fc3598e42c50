package main

import (
	"fmt"

	"github.com/argoplan/argoplan/test/bench/fleet"
)

// program is one way to get from a fleet to what it takes.
type program string

// The programs, by the names that the table shows.
const (
	argoplan    program = "argoplan"
	directories program = "argoplan, two directories"
	warm        program = "argoplan, full cache-dir"
	firstLine   program = "argoplan, to its first line"
	hand        program = "A: commands and dyff"
	worktrees   program = "git worktree add, twice"
	argoCD      program = "B: Argo CD's code"
	lowest      program = "floor: the libraries alone"
	dyffAlone   program = "dyff"
)

// workload is a fleet and what is measured on it.
type workload struct {
	name     string // for -only
	title    string
	spec     fleet.Spec
	programs []program
	// once are programs that are measured in the first run alone: they take
	// minutes, and no target rests on them.
	once []program
}

const seed = 20261

// workloads are all rows, by what they cost.
func workloads() []workload {
	every := []program{argoplan, hand, worktrees, argoCD, lowest}
	list := []workload{
		{name: "pair", title: "Comparing two renders of 5 MB", spec: fleet.Spec{Shape: fleet.Pair, Total: 1}, programs: []program{directories, dyffAlone}},
		{name: "crds", title: "Upgrade of a chart with 5 MB of CRDs", spec: fleet.Spec{Shape: fleet.CRDs, Total: 10}, programs: every},
		{name: "bump", title: "New version of a chart of 300 resources", spec: fleet.Spec{Shape: fleet.Bump, Total: 10}, programs: every},
		{name: "umbrella", title: "5 umbrella charts, an index of 10 MB", spec: fleet.Spec{Shape: fleet.Umbrella, Affected: 5, Total: 10, Listed: 100}, programs: []program{argoplan, hand}},
		mixed(0, 1000, argoplan),
		mixed(1, 10, append(every, warm, firstLine)...),
		mixed(1, 5000, argoplan, worktrees),
		mixed(10, 100, every...),
		mixed(50, 1000, argoplan),
		mixed(100, 1000, append(every, warm)...),
		mixed(500, 5000, argoplan),
	}
	list[len(list)-1].once = []program{hand, worktrees, lowest}
	return list
}

// mixed is a change to many Applications of a repository.
func mixed(affected, total int, programs ...program) workload {
	return workload{
		name: fmt.Sprintf("%d/%d", affected, total), title: fmt.Sprintf("%s of %s affected", thousands(affected), thousands(total)),
		spec: fleet.Spec{Shape: fleet.Mixed, Affected: affected, Total: total}, programs: programs,
	}
}

// quick are small rows that try everything once but what has to be built from
// another module.
func quick() []workload {
	small := []program{argoplan, warm, lowest, hand, worktrees, argoCD, firstLine}
	return []workload{
		mixed(0, 5, argoplan), mixed(20, 25, small...),
		{name: "bump", title: "New version of a chart of 300 resources", spec: fleet.Spec{Shape: fleet.Bump, Total: 1}, programs: []program{argoplan, lowest}},
		{name: "umbrella", title: "An umbrella chart, an index of 300 kB", spec: fleet.Spec{Shape: fleet.Umbrella, Affected: 1, Total: 2, Listed: 3}, programs: []program{argoplan, hand}},
	}
}

// thousands writes 5000 as 5,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
