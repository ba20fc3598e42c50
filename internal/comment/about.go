package comment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// writeAbout says why each Application was selected, where it is defined and
// where it goes: what a reader asks after the changes. What all have in common
// is said once. Another bullet than before starts a list of its own.
func (q *part) writeAbout(b *strings.Builder) {
	if len(q.about) == 0 {
		return
	}
	shared := q.about[0].facts()
	for _, s := range q.about[1:] {
		facts := s.facts()
		shared = slices.DeleteFunc(shared, func(f string) bool { return !slices.Contains(facts, f) })
	}
	for _, f := range shared {
		fmt.Fprintf(b, "* %s\n", f)
	}
	for _, s := range q.about {
		own := slices.DeleteFunc(s.facts(), func(f string) bool { return slices.Contains(shared, f) })
		if len(own) > 0 {
			fmt.Fprintf(b, "* %s: %s\n", codeSpan(s.label), strings.Join(own, "; "))
		}
	}
	b.WriteString("\n")
}

// facts are what is to be known of an Application besides its changes.
func (s *section) facts() []string {
	var facts []string
	add := func(format string, values ...any) { facts = append(facts, fmt.Sprintf(format, values...)) }
	if len(s.Reasons) > 0 {
		add("Selected because: %s", s.reasons())
	}
	if s.RenamedFrom != "" {
		add("Renamed from %s", codeSpan(s.RenamedFrom))
	}
	if len(s.Parents) > 0 {
		var path []string
		for _, parent := range s.Parents {
			path = append(path, codeSpan(clip(parent, nameCap)))
		}
		add("Rendered by %s", strings.Join(path, " → "))
	}
	if s.File != "" {
		add("Defined in %s", codeSpan(place(s.File, s.Line)))
	}
	for _, src := range s.Sources {
		text := sourceText(src, codeSpan)
		if src.RepoURL != "" && !src.OwnTrees {
			text += " of " + codeSpan(src.RepoURL)
		}
		add("Source: %s", text)
	}
	if d := s.Destination; d != (report.Destination{}) {
		add("Destination: cluster %s, namespace %s", codeSpan(d.Cluster), codeSpan(d.Namespace))
	}
	for _, detail := range s.Sync.Details {
		add("%s", prose(detail))
	}
	return facts
}

// reasonsShown bounds the reasons; the first ones tell the most.
const reasonsShown = 5

func (s *section) reasons() string {
	var parts []string
	for _, r := range s.Reasons[:min(len(s.Reasons), reasonsShown)] {
		parts = append(parts, prose(r))
	}
	if more := len(s.Reasons) - reasonsShown; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more in the report", more))
	}
	return strings.Join(parts, "; ")
}
