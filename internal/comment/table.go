package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// sourcesShown bounds the sources in one row; the section names them all.
const sourcesShown = 3

// writeTable writes one row for every selected Application, whatever the rung.
func (p *page) writeTable(b *strings.Builder) {
	if len(p.apps) == 0 {
		p.writeNotSelected(b)
		return
	}
	b.WriteString("| Application | Source | Changes | Sync policy |\n|---|---|---|---|\n")
	for _, s := range p.apps {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", cell(s.label), s.sourceCell(), s.changeCell(), s.policy())
	}
	b.WriteString("\n")
	p.writeNotSelected(b)
}

// writeNotSelected counts what the change can't affect.
func (p *page) writeNotSelected(b *strings.Builder) {
	n := p.r.Totals.Found - p.r.Totals.Selected
	more := " more"
	if p.r.Totals.Selected == 0 {
		more = ""
	}
	switch {
	case p.r.Totals.Found == 0 && p.r.Incomplete == "":
		b.WriteString("No Application was found at base or head.\n\n")
	case n == 1:
		fmt.Fprintf(b, "1%s Application reads nothing that changed, and was not rendered.\n\n", more)
	case n > 1:
		fmt.Fprintf(b, "%d%s Applications read nothing that changed, and were not rendered.\n\n", n, more)
	}
}

// sourceCell names each source by type, place and revision.
func (s *section) sourceCell() string {
	var lines []string
	for _, src := range s.Sources[:min(len(s.Sources), sourcesShown)] {
		lines = append(lines, sourceText(src, cell))
	}
	if more := len(s.Sources) - sourcesShown; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "<br>")
}

// sourceText gives "Helm chart `mysql` `9.21.2` → `9.21.3`", or "Helm
// `charts/web` at `main`".
func sourceText(src report.Source, code func(string) string) string {
	parts := []string{}
	if src.Type != "" {
		parts = append(parts, plainType(src.Type, code))
	}
	switch {
	case src.Chart != "":
		parts = append(parts, "chart "+code(src.Chart))
	case src.Path != "":
		parts = append(parts, code(src.Path))
	default:
		parts = append(parts, code(src.RepoURL))
	}
	if revision := revisions(src.Base, src.Head, code); revision != "" {
		if src.Chart == "" {
			parts = append(parts, "at")
		}
		parts = append(parts, revision)
	}
	return strings.Join(parts, " ")
}

// plainType leaves Argo CD's own words as they are.
func plainType(t string, code func(string) string) string {
	switch t {
	case "Helm", "Kustomize", "Directory", "Plugin":
		return t
	}
	return code(t)
}

// revisions gives one revision, or two with an arrow if they differ.
func revisions(base, head string, code func(string) string) string {
	switch {
	case base != "" && head != "" && base != head:
		return code(base) + " → " + code(head)
	case head != "":
		return code(head)
	case base != "":
		return code(base)
	}
	return ""
}

// changeCell counts changes, or says why there are none to count.
func (s *section) changeCell() string {
	if s.State != report.Changed {
		if s.State == report.Failed {
			return "**failed**"
		}
		return string(s.State)
	}
	parts := []string{}
	if t := s.count(); t != (tally{}) {
		parts = append(parts, t.signs())
	}
	if words, ok := presenceWords[s.Presence]; ok {
		parts = append(parts, words)
	}
	if len(parts) == 0 {
		return string(report.Changed)
	}
	return strings.Join(parts, " ")
}

// signs gives "`+3 ~5 -1`".
func (t tally) signs() string {
	var parts []string
	for _, x := range []struct {
		sign string
		n    int
	}{{"+", t.added}, {"~", t.modified}, {"-", t.removed}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", x.sign, x.n))
		}
	}
	return "`" + strings.Join(parts, " ") + "`"
}

// policy is the sync policy in the words of the report package.
func (s *section) policy() string {
	switch p := s.Sync.Policy; p {
	case report.AutoPrune, report.Auto, report.Manual:
		return string(p)
	case "":
		return "unknown"
	default:
		return cell(string(p))
	}
}
