package comment

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// footer says what was compared, with what, and by which run. The link is the
// last line, where essence looks for it.
func (p *page) footer() string {
	var b strings.Builder
	b.WriteString("---\n\n")
	if p.r.Base.Name == "" && p.r.Head.Name == "" {
		b.WriteString("Nothing was compared.")
	} else {
		fmt.Fprintf(&b, "Compared %s with %s.", revision(p.r.Base), revision(p.r.Head))
	}
	if p.o.Head != "" && p.r.Head.SHA != "" && p.o.Head != p.r.Head.SHA {
		fmt.Fprintf(&b, " The pull request's head is %s.", codeSpan(shortSHA(p.o.Head)))
	}
	if len(p.r.Notes) > 0 {
		var notes []string
		for _, n := range p.r.Notes[:min(len(p.r.Notes), namesShown)] {
			notes = append(notes, prose(clip(n, spanCap)))
		}
		fmt.Fprintf(&b, " Rendered with %s.", strings.Join(notes, ", "))
	}
	b.WriteString("\n")
	return b.String() + p.link()
}

// revision gives "`main` at `1a2b3c4`".
func revision(v report.Revision) string {
	name := clip(v.Name, nameCap)
	switch {
	case v.SHA == "":
		return codeSpan(name)
	case v.Name == "" || v.Name == v.SHA:
		return codeSpan(shortSHA(v.SHA))
	}
	return codeSpan(name) + at(shortSHA(v.SHA))
}

// link leads to the run, or is "" for a URL that isn't plainly one.
func (p *page) link() string {
	u, err := url.Parse(p.o.RunURL)
	plain := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	if !plain || strings.ContainsAny(p.o.RunURL, "()<>[] \t\r\n\\`|\"") || len(p.o.RunURL) > spanCap {
		return ""
	}
	return "\n[Workflow run](" + p.o.RunURL + ")\n"
}
