package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// title is the verdict in one line. What went wrong comes first, and only a
// whole run in which every Application was rendered can say "no changes".
func title(r *report.Report, commit string) string {
	t := r.Totals
	type piece struct{ text, detail string }
	var parts []piece
	if r.Incomplete != "" {
		parts = append(parts, piece{text: "incomplete run"})
	}
	if t.Failed > 0 {
		text, detail := failures(r)
		parts = append(parts, piece{text, detail})
	}
	if t.Changed > 0 {
		parts = append(parts, piece{changed(r, t.Failed == 0), resources(t)})
	}
	if t.Skipped > 0 && len(parts) == 0 {
		parts = append(parts, piece{text: fmt.Sprintf("%d of %s skipped", t.Skipped, count(t.Selected, "Application"))})
	} else if t.Skipped > 0 {
		parts = append(parts, piece{text: fmt.Sprintf("%d skipped", t.Skipped)})
	}
	switch {
	case len(parts) == 0 && t.Found == 0:
		return "no Application found" + at(commit)
	case len(parts) == 0:
		return "no changes" + at(commit)
	}
	if t.Changed == 0 && t.Unchanged > 0 {
		parts = append(parts, piece{text: fmt.Sprintf("%d unchanged", t.Unchanged)})
	}
	if t.Dangers > 0 {
		parts = append(parts, piece{text: count(t.Dangers, "danger")})
	}
	parts[0].text += at(commit)
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.text+p.detail)
	}
	return strings.Join(texts, "; ")
}

// failures counts the failed Applications. If base alone is to blame, the pull
// request may be the one that mends them.
func failures(r *report.Report) (text, detail string) {
	of := fmt.Sprintf("%d of %s", r.Totals.Failed, count(r.Totals.Selected, "Application"))
	for _, a := range r.Applications {
		for _, f := range a.Failures {
			if f.Side != report.Base {
				return of + " failed to render", ""
			}
		}
	}
	return of + " can't be compared", ": base failed to render"
}

// changed counts the changed Applications: "2 of 4 Applications change (1
// deleted)". The total is named once in a title.
func changed(r *report.Report, total bool) string {
	s := fmt.Sprintf("%d", r.Totals.Changed)
	if total {
		s += " of " + count(r.Totals.Selected, "Application")
	}
	if r.Totals.Changed == 1 {
		s += " changes"
	} else {
		s += " change"
	}
	var special []string
	for _, p := range []report.Presence{report.Deleted, report.Added, report.Renamed} {
		if n := present(r, p); n > 0 {
			special = append(special, fmt.Sprintf("%d %s", n, presenceWords[p]))
		}
	}
	if len(special) > 0 {
		s += " (" + strings.Join(special, ", ") + ")"
	}
	return s
}

// resources gives ": 3 resources added, 1 removed", or "" for none.
func resources(t report.Totals) string {
	if words := (tally{t.Added, t.Modified, t.Removed}).words(); words != "" {
		return ": " + words
	}
	return ""
}

var presenceWords = map[report.Presence]string{
	report.Deleted: "deleted", report.Added: "new", report.Renamed: "renamed",
}

// present counts the changed Applications with presence p.
func present(r *report.Report, p report.Presence) int {
	n := 0
	for _, a := range r.Applications {
		if a.State == report.Changed && a.Presence == p {
			n++
		}
	}
	return n
}

// tally counts resources.
type tally struct{ added, modified, removed int }

// words gives "3 resources added, 5 modified, 1 removed", or "" for none.
func (t tally) words() string {
	var parts []string
	for _, x := range []struct {
		n    int
		verb string
	}{{t.added, "added"}, {t.modified, "modified"}, {t.removed, "removed"}} {
		switch {
		case x.n == 0:
		case len(parts) == 0:
			parts = append(parts, count(x.n, "resource")+" "+x.verb)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.verb))
		}
	}
	return strings.Join(parts, ", ")
}

// count gives "1 resource" and "2 resources".
func count(n int, noun string) string { return fmt.Sprintf("%d %s", n, plural(n, noun)) }

// plural gives the noun for n things.
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// at names the commit, if there is one.
func at(commit string) string {
	if commit == "" {
		return ""
	}
	return " at " + codeSpan(commit)
}

// commit is the commit or, for a directory, the name that the reader knows.
func (p *page) commit() string {
	if p.o.Head != "" {
		return shortSHA(p.o.Head)
	}
	if p.r.Head.SHA != "" {
		return shortSHA(p.r.Head.SHA)
	}
	return clip(p.r.Head.Name, nameCap)
}

// shortSHA gives the first seven digits of a commit ID.
func shortSHA(sha string) string { return sha[:min(len(sha), 7)] }

// Verdict is the title of the comment without the commit: what came of the
// run, in one line and in our own words alone.
func Verdict(r *report.Report) string { return title(r, "") }
