package comment

import (
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// hunk is the part of a diff below one "@@" line; the first may have none.
type hunk struct {
	title string
	lines []string
}

// hunks splits a diff. Joining the text of all gives the diff again.
func hunks(diff string) []hunk {
	var all []hunk
	for i, line := range strings.Split(diff, "\n") {
		if title, ok := strings.CutPrefix(line, "@@ "); ok {
			all = append(all, hunk{title: strings.TrimSuffix(title, " @@")})
			continue
		}
		if i == 0 {
			all = append(all, hunk{})
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, line)
	}
	return all
}

func (h hunk) text() string {
	text := strings.Join(h.lines, "\n")
	switch {
	case h.title == "":
		return text
	case len(h.lines) == 0:
		return "@@ " + h.title + " @@"
	}
	return "@@ " + h.title + " @@\n" + text
}

// fold takes out of a diff the shared metadata that a group of the same
// Application shows line by line, and tells what it took. It takes nothing
// that a danger is about, and never everything. Other metadata goes last.
func (q *quiet) fold(c *compare.Change, dangers []report.Danger) (diff string, folded []compare.PathChange) {
	if c.Action != compare.Modify {
		return c.Diff, nil
	}
	var signal, rest []string
	for _, h := range hunks(c.Diff) {
		_, title := atTop(h.title)
		paths := below(c.Paths, h.title)
		switch {
		case q.saysAll(h, paths) && !concerns(dangers, h.title):
			folded = append(folded, paths...)
		case within(title, "metadata"):
			rest = append(rest, h.text())
		default:
			signal = append(signal, h.text())
		}
	}
	if len(signal)+len(rest) == 0 {
		return c.Diff, nil
	}
	return strings.Join(append(signal, rest...), "\n"), folded
}

// saysAll is true if a group shows each of the paths and each of the lines.
func (q *quiet) saysAll(h hunk, paths []compare.PathChange) bool {
	_, title := atTop(h.title)
	for _, l := range h.lines {
		if !q.lines[title+"\n"+l] {
			return false
		}
	}
	for _, p := range paths {
		if !q.says(p) {
			return false
		}
	}
	return len(paths) > 0
}

// below gives the changes at or below a path.
func below(paths []compare.PathChange, title string) []compare.PathChange {
	var all []compare.PathChange
	for _, p := range paths {
		if title != "" && within(p.Path, title) {
			all = append(all, p)
		}
	}
	return all
}

// within is true if path is parent, or a field below it.
func within(path, parent string) bool {
	rest, ok := strings.CutPrefix(path, parent)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// concerns is true if a danger is about a field at or below the path.
func concerns(dangers []report.Danger, path string) bool {
	for _, d := range dangers {
		if within(d.Path, path) || (d.Path != "" && within(path, d.Path)) {
			return true
		}
	}
	return false
}
