package comment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// groupsShown and namesShown bound what stands before the table, which a
// reader should see on the first screen.
const (
	groupsShown = 8
	namesShown  = 10
)

// group is the Applications to which merging does the same.
type group struct {
	meaning string
	deletes bool
	weight  int
	names   []string
	removed int
}

// deletes is true if Argo CD deletes resources without asking again.
func (s *section) deletes() bool { return s.Application.Deletes() > 0 }

// groups sorts what merging does: deleting first, then what happens by itself,
// then what waits for a person.
func (p *page) groups() []*group {
	var all []*group
	for _, s := range p.apps {
		if s.State != report.Changed || s.Sync.Meaning == "" {
			continue
		}
		i := slices.IndexFunc(all, func(g *group) bool {
			return g.meaning == s.Sync.Meaning && g.deletes == s.deletes()
		})
		if i < 0 {
			i = len(all)
			all = append(all, &group{meaning: s.Sync.Meaning, deletes: s.deletes(), weight: s.urgency()})
		}
		all[i].names = append(all[i].names, s.label)
		all[i].removed += s.Deletes()
	}
	slices.SortStableFunc(all, func(a, b *group) int { return cmp.Compare(a.weight, b.weight) })
	return all
}

// urgency sorts groups.
func (s *section) urgency() int {
	switch {
	case s.deletes():
		return 0
	case s.Presence == report.Deleted:
		return 1
	case s.Sync.Policy != report.Manual:
		return 2
	}
	return 3
}

// writeMeaning says what merging does. Deletions stand apart, in an alert.
func (p *page) writeMeaning(b *strings.Builder) {
	groups := p.groups()
	var rest, alert []*group
	removed := 0
	for _, g := range groups {
		if g.deletes {
			alert = append(alert, g)
			removed += g.removed
		} else {
			rest = append(rest, g)
		}
	}
	if len(alert) > 0 {
		fmt.Fprintf(b, "> [!CAUTION]\n> **Merging lets Argo CD delete %s.**\n", count(removed, "resource"))
		writeGroups(b, "> ", alert)
	}
	writeGroups(b, "", rest)
}

// writeGroups lists groups and counts those it leaves to the table.
func writeGroups(b *strings.Builder, indent string, groups []*group) {
	if len(groups) == 0 {
		return
	}
	left := 0
	for i, g := range groups {
		if i >= groupsShown {
			left += len(g.names)
			continue
		}
		fmt.Fprintf(b, "%s- %s: %s\n", indent, names(g.names), prose(g.meaning))
	}
	if left > 0 {
		fmt.Fprintf(b, "%s- %s more in the table\n", indent, count(left, "Application"))
	}
	b.WriteString("\n")
}

// names lists labels, and counts those after the first ten.
func names(labels []string) string {
	var spans []string
	for _, l := range labels[:min(len(labels), namesShown)] {
		spans = append(spans, codeSpan(l))
	}
	s := strings.Join(spans, ", ")
	if more := len(labels) - namesShown; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// writeIncomplete says why there may be more than the page shows.
func (p *page) writeIncomplete(b *strings.Builder) {
	if p.r.Incomplete == "" {
		return
	}
	fmt.Fprintf(b, "> [!WARNING]\n> **The run is not whole: there may be more than what follows.** %s\n\n", prose(p.r.Incomplete))
}
