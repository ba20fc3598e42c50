package comment

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/argoplan/argoplan/internal/report"
)

// colour is what tools print for a terminal; it means nothing here.
var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// writeFailure shows one failed render: where, what and what to do.
func (p *page) writeFailure(b *strings.Builder, f report.Failure) {
	side := "head"
	if f.Side == report.Base {
		side = "base"
	}
	fmt.Fprintf(b, "**%s failed to render**", side)
	if f.Source != "" {
		fmt.Fprintf(b, ": %s", codeSpan(f.Source))
	}
	if f.File != "" {
		fmt.Fprintf(b, " in %s", codeSpan(f.File))
	}
	b.WriteString("\n\n")
	message, left := firstLines(colour.ReplaceAllString(f.Message, ""), p.messageRoom())
	b.WriteString(fence("text", message))
	if left > 0 {
		fmt.Fprintf(b, "\n%s of the message left out here, for size.\n", count(left, "line"))
	}
	if f.Hint != "" {
		fmt.Fprintf(b, "\nHint: %s\n", prose(f.Hint))
	}
	b.WriteString("\n")
}

// messageRoom is how many bytes one message may have: all of them in full, and
// a fair share of half the page below that.
func (p *page) messageRoom() int {
	n := 0
	for _, s := range p.apps {
		n += len(s.Failures)
	}
	switch p.rung {
	case full:
		return p.o.Budget
	case short:
		return min(4000, max(300, p.o.Budget/2/max(n, 1)))
	}
	return 300
}

// firstLines gives the whole lines of s that fit n bytes and counts the rest.
// A first line that is too long is cut, and counts as left out.
func firstLines(s string, n int) (string, int) {
	s = strings.TrimRight(s, "\n")
	if len(s) <= n {
		return s, 0
	}
	cut := strings.LastIndex(s[:n+1], "\n")
	if cut < 0 {
		for cut = n; cut > 0 && !utf8.RuneStart(s[cut]); cut-- {
		}
		return s[:cut] + "…", strings.Count(s, "\n") + 1
	}
	return s[:cut], strings.Count(s[cut:], "\n")
}

// skippedShown bounds the reasons in the shorter forms.
const skippedShown = 20

// writeSkipped says what was not rendered, and why; nothing is known about it.
func (p *page) writeSkipped(b *strings.Builder) {
	left := 0
	var lines []string
	for _, s := range p.apps {
		switch {
		case s.State != report.Skipped:
		case p.rung < full && len(lines) >= skippedShown:
			left++
		default:
			lines = append(lines, fmt.Sprintf("- skipped %s: %s\n", codeSpan(s.label), prose(s.Skipped)))
		}
	}
	if len(lines) == 0 {
		return
	}
	b.WriteString("Not rendered, so whether they change is unknown:\n\n" + strings.Join(lines, ""))
	if left > 0 {
		fmt.Fprintf(b, "- %d more in the table\n", left)
	}
	b.WriteString("\n")
}
