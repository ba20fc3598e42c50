package action

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// journalVariable names the file in which a supervised run notes what it does.
const journalVariable = "ARGOPLAN_JOURNAL"

// journal is what is left of a run that was ended by what it rendered: a line
// for each Application that begins or ends, "done" at the end of a run, and
// between two runs what the supervisor decided. An empty name notes nothing.
type journal struct{ file string }

// The lines of a journal.
const (
	begins  = "begin "
	ends    = "end "
	fails   = "fail "   // an Application that is not rendered again
	alone   = "alone"   // one Application at a time from now on
	abandon = "abandon" // render nothing: report that it can't be done
	again   = "again"   // a run that was ended
	done    = "done"
	scratch = "scratch " // a directory to remove
)

func (j journal) note(line string) {
	if j.file == "" {
		return
	}
	f, err := os.OpenFile(j.file, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return // the supervisor then knows less
	}
	_, _ = fmt.Fprintln(f, strings.ReplaceAll(line, "\n", " "))
	_ = f.Close()
}

// during notes that work on an Application begins, and gives what notes its
// end. Work that was given up goes on: it doesn't end.
func (j journal) during(id argocd.ID) (end func(gaveUp bool)) {
	j.note(begins + id.String())
	return func(gaveUp bool) {
		if !gaveUp {
			j.note(ends + id.String())
		}
	}
}

// past is what a journal says.
type past struct {
	failed   []string
	scratch  []string
	inFlight [][]string // of each run that was ended, and last of this one
	alone    bool
	abandon  bool
	done     bool
}

func (j journal) read() past {
	p := past{inFlight: [][]string{nil}}
	data, _ := os.ReadFile(j.file)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		now := &p.inFlight[len(p.inFlight)-1]
		switch {
		case strings.HasPrefix(line, begins):
			*now = append(*now, line[len(begins):])
		case strings.HasPrefix(line, ends):
			if i := slices.Index(*now, line[len(ends):]); i >= 0 {
				*now = slices.Delete(*now, i, i+1)
			}
		case strings.HasPrefix(line, fails):
			p.failed = append(p.failed, line[len(fails):])
		case strings.HasPrefix(line, scratch):
			p.scratch = append(p.scratch, line[len(scratch):])
		case line == again:
			p.inFlight = append(p.inFlight, nil)
		}
		p.alone, p.abandon, p.done = p.alone || line == alone, p.abandon || line == abandon, p.done || line == done
	}
	for i := range p.inFlight {
		slices.Sort(p.inFlight[i])
		p.inFlight[i] = slices.Compact(p.inFlight[i])
	}
	return p
}

// verdict says whose fault the last run's end is: the one Application that was
// in flight, or those that were each time. None means that all have to be
// rendered alone once to tell.
func (p past) verdict() []string {
	last := p.inFlight[len(p.inFlight)-1]
	if len(last) <= 1 || len(p.inFlight) == 1 {
		return single(last)
	}
	before := p.inFlight[len(p.inFlight)-2]
	both := slices.DeleteFunc(slices.Clone(last), func(id string) bool { return !slices.Contains(before, id) })
	if len(both) == 0 && p.alone {
		return last
	}
	return both
}

func single(list []string) []string {
	if len(list) == 1 {
		return list
	}
	return nil
}
