package watch

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Variable names the file in which a supervised run notes what it does.
const Variable = "ARGOPLAN_JOURNAL"

// Journal is what is left of a run that was ended by what it rendered: a line
// for each Application that begins or ends, "done" at the end of a run, and
// between two runs what the supervisor decided. An empty name notes nothing.
type Journal struct{ File string }

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

// Done notes that a run came to its end by itself.
func (j Journal) Done() { j.note(done) }

// Scratch notes a directory to remove if the run can't.
func (j Journal) Scratch(dir string) { j.note(scratch + dir) }

func (j Journal) note(line string) {
	if j.File == "" {
		return
	}
	f, err := os.OpenFile(j.File, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return // the supervisor then knows less
	}
	_, _ = fmt.Fprintln(f, strings.ReplaceAll(line, "\n", " "))
	_ = f.Close()
}

// During notes that work on an Application begins, and gives what notes its
// end. Work that was given up goes on: it doesn't end.
func (j Journal) During(id string) (end func(gaveUp bool)) {
	j.note(begins + id)
	return func(gaveUp bool) {
		if !gaveUp {
			j.note(ends + id)
		}
	}
}

// Past is what a journal says.
type Past struct {
	Failed   []string // Applications that a run died of
	Alone    bool     // render one Application at a time
	Abandon  bool     // render nothing
	scratch  []string
	inFlight [][]string // of each run that was ended, and last of this one
	done     bool
}

// Read gives what was noted so far; nothing if there is no journal.
func (j Journal) Read() Past {
	p := Past{inFlight: [][]string{nil}}
	data, _ := os.ReadFile(j.File)
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
			p.Failed = append(p.Failed, line[len(fails):])
		case strings.HasPrefix(line, scratch):
			p.scratch = append(p.scratch, line[len(scratch):])
		case line == again:
			p.inFlight = append(p.inFlight, nil)
		}
		p.Alone, p.Abandon, p.done = p.Alone || line == alone, p.Abandon || line == abandon, p.done || line == done
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
func (p Past) verdict() []string {
	last := p.inFlight[len(p.inFlight)-1]
	if len(last) <= 1 || len(p.inFlight) == 1 {
		return single(last)
	}
	before := p.inFlight[len(p.inFlight)-2]
	both := slices.DeleteFunc(slices.Clone(last), func(id string) bool { return !slices.Contains(before, id) })
	if len(both) == 0 && p.Alone {
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
