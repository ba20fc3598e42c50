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
	s.dangers(p.dangers())
	s.applications(p)
	s.images(r.Images)
	for _, q := range p.parts {
		if q.tells() {
			s.part(q)
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
		s.text(as, "", labelList(g.names)+": "+g.meaning)
	}
}

func (s *screen) dangers(all []*foundDanger) {
	if len(all) > 0 {
		s.WriteString("\n" + s.paint(alarm, "Dangers") + "\n")
	}
	for _, d := range all {
		about := strings.TrimSpace(oneLine(d.Resource) + " " + oneLine(d.Path))
		s.text(red, "  ", strings.TrimSuffix(oneLine(d.Rule)+" "+labelList(d.labels)+": "+about, ": "))
		s.text(plain, "    ", d.Message)
		if d.FailsSync {
			s.text(red, "    ", "The next sync will fail over it.")
		}
	}
}

// labelList gives "redis, mysql and 3 more".
func labelList(labels []string) string {
	text := oneLine(strings.Join(labels[:min(len(labels), namesShown)], ", "))
	if more := len(labels) - namesShown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
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

func (s *section) sourceList() string {
	var list []string
	for _, src := range s.Sources {
		list = append(list, sourceText(src, oneLine))
	}
	return strings.Join(list, ", ")
}

func (s *section) style() style {
	switch s.State {
	case report.Failed:
		return alarm
	case report.Skipped:
		return yellow
	case report.Changed:
		if s.count().removed > 0 {
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

// tells is true if there is more to say than the table does.
func (q *part) tells() bool {
	s := q.owners[0]
	return q.common() || s.State == report.Failed || s.State == report.Changed || len(s.Warnings) > 0
}

// heading is the part's title, without Markdown.
func (q *part) heading() string {
	if q.common() {
		return labelList(labels(q.owners)) + ": the same change, " + q.count().words() + " in each"
	}
	return labelList(labels(q.owners)) + ": " + q.verdict(q.owners[0])
}

func labels(apps []*section) (list []string) {
	for _, a := range apps {
		list = append(list, a.label)
	}
	return list
}

// part is what one Application, or several alike, have to show.
func (s *screen) part(q *part) {
	head, _ := cut("── "+q.heading()+" ", s.width)
	s.WriteString("\n" + s.paint(bold, head+strings.Repeat("─", max(0, s.width-len([]rune(head))))) + "\n")
	if q.renamed {
		s.text(faint, "", "Shown as in "+q.owners[0].label+"; elsewhere, names and namespaces follow the Application.")
	}
	for _, a := range q.about {
		for _, reason := range a.Reasons[:min(len(a.Reasons), reasonsShown)] {
			s.text(faint, "", a.label+" because "+reason)
		}
		for _, detail := range a.Sync.Details {
			s.text(plain, "", a.label+": "+detail)
		}
		for _, v := range a.Volatile {
			s.text(faint, "", a.label+": changes on every render, and is no change: "+v)
		}
		for _, f := range a.Failures {
			s.failure(f)
		}
	}
	for _, it := range q.items {
		s.item(it)
	}
	for _, a := range q.about {
		s.warnings(a.Warnings)
	}
}

// item is one change, or resources in which only the same metadata changes: the
// difference of one stands for all.
func (s *screen) item(it *item) {
	s.WriteString("\n")
	for _, c := range it.changes {
		s.title(c)
	}
	for _, sentence := range it.changes[0].Summary {
		s.text(plain, "  ", sentence)
	}
	diff := strings.TrimSuffix(visible(it.changes[0].Diff), "\n")
	if diff == "" {
		return
	}
	for line := range strings.SplitSeq(diff, "\n") {
		s.line(lineStyle(line), "  ", line)
	}
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

// title names one resource and what happens to it.
func (s *screen) title(c *compare.Change) {
	about := oneLine(c.APIVersion)
	if c.Hook != "" {
		about += ", hook " + oneLine(c.Hook)
	}
	as := yellow
	switch c.Action {
	case compare.Add:
		as = green
	case compare.Remove:
		as = red
	}
	if c.RenamedTo != "" {
		about += ", renamed to " + oneLine(c.RenamedTo)
	}
	s.text(as, "", change{Change: c}.verb()+" "+oneLine(id(c))+" ("+about+")")
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
