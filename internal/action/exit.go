package action

import (
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/watch"
)

// The exit statuses, as documented in the README.
const (
	exitDone       = 0                // rendered and reported, with or without changes
	exitIncomplete = watch.Incomplete // a head render failed, or the run is incomplete
	exitUsage      = 2                // bad input or configuration: nothing was rendered
	exitFailOn     = 3                // fail-on asked for it
)

// verdict gives the exit status of a report.
func verdict(r *report.Report, failOn string) int {
	switch {
	case r.Incomplete != "" || failedAtHead(r):
		return exitIncomplete
	case failOn == "changes" && r.Totals.Changed > 0:
		return exitFailOn
	case failOn == "removals" && (r.Totals.Removed > 0 || deletes(r)):
		return exitFailOn
	case failOn == "dangers" && r.Totals.Dangers > 0:
		return exitFailOn
	}
	return exitDone
}

// failedAtHead leaves out Applications that fail at base alone: the pull
// request may be the one that mends them.
func failedAtHead(r *report.Report) bool {
	for _, a := range r.Applications {
		for _, f := range a.Failures {
			if f.Side == report.Head {
				return true
			}
		}
	}
	return false
}

// deletes says whether an Application goes away.
func deletes(r *report.Report) bool {
	for _, a := range r.Applications {
		if a.Presence == report.Deleted {
			return true
		}
	}
	return false
}
