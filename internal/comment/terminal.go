package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// Screen is the terminal that a report is shown on.
type Screen struct {
	Width int  // columns
	Color bool // false where NO_COLOR is set
}

// Terminal writes r for a person at a terminal: the same as the comment, whole,
// in colour and in lines that fit. Nothing in it can steer the terminal but its
// own colours.
func Terminal(r *report.Report, on Screen) string {
	s := &screen{width: on.Width, color: on.Color}
	p := newPage(r, Options{})
	s.head(r)
	s.meaning(p.groups())
	s.dangers(p.apps)
	s.applications(p)
	s.images(r.Images)
	for _, a := range p.apps {
		if a.State == report.Failed || a.State == report.Changed || len(a.Warnings) > 0 {
			s.application(a)
		}
	}
	s.warnings(r.Warnings)
	if len(r.Notes) > 0 {
		s.WriteString("\n")
		s.text(faint, "", "Rendered with "+strings.Join(r.Notes, ", ")+".")
	}
	return s.String()
}

// head is the verdict and what was compared.
func (s *screen) head(r *report.Report) {
	as := bold
	if r.Totals.Failed > 0 || r.Incomplete != "" {
		as = alarm
	}
	s.text(as, "", "argoplan: "+Verdict(r))
	if r.Base.Name != "" || r.Head.Name != "" {
		s.text(faint, "", side(r.Base)+" → "+side(r.Head))
	}
	if r.Incomplete != "" {
		s.text(yellow, "", "The run is not whole: there may be more than what follows. "+r.Incomplete)
	}
}

// side gives "main at 1a2b3c4".
func side(v report.Revision) string {
	switch {
	case v.SHA == "":
		return oneLine(v.Name)
	case v.Name == "" || v.Name == v.SHA:
		return oneLine(shortSHA(v.SHA))
	}
	return oneLine(v.Name) + " at " + oneLine(shortSHA(v.SHA))
}

// meaning says what merging does, deletions in red.
func (s *screen) meaning(groups []*group) {
	if len(groups) > 0 {
		s.WriteString("\n")
	}
	for _, g := range groups {
		as := plain
		if g.deletes {
			as = alarm
		}
		s.text(as, "", oneLine(strings.Join(g.names, ", "))+": "+g.meaning)
	}
}

func (s *screen) dangers(apps []*section) {
	first := true
	for _, a := range apps {
		for _, d := range a.Dangers {
			if first {
				s.WriteString("\n" + s.paint(alarm, "Dangers") + "\n")
				first = false
			}
			about := strings.TrimSpace(oneLine(d.Resource) + " " + oneLine(d.Path))
			s.text(red, "  ", strings.TrimSuffix(oneLine(d.Rule)+" "+oneLine(a.label)+": "+about, ": "))
			s.text(plain, "    ", d.Message)
		}
	}
}

// applications is the table. Skipped ones say why below it.
func (s *screen) applications(p *page) {
	s.WriteString("\n")
	if len(p.apps) == 0 {
		var b strings.Builder
		p.writeNotSelected(&b)
		s.text(plain, "", b.String())
		return
	}
	rows := [][]string{{"Application", "Source", "Changes", "Sync policy"}}
	for _, a := range p.apps {
		rows = append(rows, []string{oneLine(a.label), a.sourceList(), strings.Trim(a.changeCell(), "*`"), strings.Trim(a.policy(), "`")})
	}
	s.table(rows, func(row, column int) style {
		switch {
		case row == 0:
			return bold
		case column == 2:
			return p.apps[row-1].style()
		}
		return plain
	})
	for _, a := range p.apps {
		if a.State == report.Skipped {
			s.text(yellow, "", "skipped "+oneLine(a.label)+": "+a.Skipped)
		}
	}
}

func (a *section) sourceList() string {
	var list []string
	for _, src := range a.Sources {
		list = append(list, sourceText(src, oneLine))
	}
	return strings.Join(list, ", ")
}

func (a *section) style() style {
	switch a.State {
	case report.Failed:
		return alarm
	case report.Skipped:
		return yellow
	case report.Changed:
		if a.count().removed > 0 {
			return red
		}
		return green
	}
	return faint
}

func (s *screen) images(images []report.Image) {
	if len(images) == 0 {
		return
	}
	s.WriteString("\n" + s.paint(bold, "Images") + "\n")
	for _, i := range images {
		s.text(plain, "  ", fmt.Sprintf("%s %s", i.Name, revisions(i.From, i.To, oneLine)))
	}
}

// application is one Application with its failures, changes and warnings.
func (s *screen) application(a *section) {
	rule := "── " + oneLine(a.label) + ": " + a.verdict() + " "
	head, _ := cut(rule, s.width)
	s.WriteString("\n" + s.paint(bold, head+strings.Repeat("─", max(0, s.width-len([]rune(head))))) + "\n")
	for _, reason := range a.Reasons[:min(len(a.Reasons), reasonsShown)] {
		s.text(faint, "", "because "+reason)
	}
	for _, f := range a.Failures {
		s.failure(f)
	}
	for i := range a.Changes {
		s.change(&a.Changes[i])
	}
	s.warnings(a.Warnings)
}

func (s *screen) failure(f report.Failure) {
	title := string(f.Side) + " failed to render: " + f.Source
	if f.File != "" {
		title += " in " + place(f.File, f.Line)
	}
	s.text(alarm, "", title)
	message := strings.TrimRight(colour.ReplaceAllString(f.Message, ""), "\n")
	for line := range strings.SplitSeq(visible(message), "\n") {
		s.line(plain, "  ", line)
	}
	if f.Hint != "" {
		s.text(cyan, "", "hint: "+f.Hint)
	}
}

// change is one resource with its difference.
func (s *screen) change(c *compare.Change) {
	about := oneLine(c.APIVersion)
	if c.Hook != "" {
		about += ", hook " + oneLine(c.Hook)
	}
	named := &change{Change: c}
	as := map[compare.Action]style{compare.Add: green, compare.Remove: red}[c.Action]
	if as == plain {
		as = yellow
	}
	s.WriteString("\n")
	s.text(as, "", named.verb()+" "+oneLine(named.id())+" ("+about+")")
	if c.Diff == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(visible(c.Diff), "\n"), "\n") {
		s.line(lineStyle(line), "  ", line)
	}
}

func lineStyle(line string) style {
	switch {
	case strings.HasPrefix(line, "+"):
		return green
	case strings.HasPrefix(line, "-"):
		return red
	case strings.HasPrefix(line, "@@"):
		return cyan
	case strings.HasPrefix(line, "!"):
		return yellow
	}
	return plain
}

func (s *screen) warnings(warnings []report.Warning) {
	if len(warnings) > 0 {
		s.WriteString("\n")
	}
	for _, w := range warnings {
		text := w.Message
		if w.File != "" {
			text = place(w.File, w.Line) + ": " + text
		}
		s.text(yellow, "", "warning: "+text)
	}
}
