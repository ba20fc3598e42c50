package comment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// foundDanger is one danger and the Applications that share it.
type foundDanger struct {
	report.Danger
	labels []string
}

// dangers collects those of all Applications, most severe first. Equal ones
// become one.
func (p *page) dangers() []*foundDanger {
	byKey := map[string]*foundDanger{}
	var all []*foundDanger
	for _, s := range p.apps {
		for _, d := range s.Dangers {
			key := s.dangerKey(d)
			if byKey[key] == nil {
				byKey[key] = &foundDanger{Danger: d}
				all = append(all, byKey[key])
			}
			byKey[key].labels = append(byKey[key].labels, s.label)
		}
	}
	slices.SortStableFunc(all, func(a, b *foundDanger) int {
		return cmp.Compare(report.Severity(a.Rule), report.Severity(b.Rule))
	})
	return all
}

// dangerKey is equal for the same danger of the same change in two
// Applications.
func (s *section) dangerKey(d report.Danger) string {
	resource := d.Resource
	for i := range s.Changes {
		if c := &s.Changes[i]; id(c) == resource {
			resource = s.alike(c)
			break
		}
	}
	return digest(d.Rule, d.Path, d.Message, resource)
}

// alike names a resource without what follows the Application.
func (s *section) alike(c *compare.Change) string {
	n := normaliser{s.Application}
	return digest(c.Kind, n.value("namespace", c.Namespace), n.value("name", c.Name))
}

// writeDangers lists what a reviewer must not overlook.
func (p *page) writeDangers(b *strings.Builder) {
	all := p.dangers()
	if len(all) == 0 {
		return
	}
	total := 0
	for _, d := range all {
		total += len(d.labels)
	}
	limit := min(len(all), p.firstScreen())
	fmt.Fprintf(b, "> [!WARNING]\n> **%s**\n", count(total, "danger"))
	for _, d := range all[:limit] {
		b.WriteString("> " + d.line())
	}
	rest := all[limit:]
	switch {
	case len(rest) == 0:
		b.WriteString("\n")
	case p.rung == full:
		fmt.Fprintf(b, "\n<details><summary>%d more</summary>\n\n", len(rest))
		for _, d := range rest {
			b.WriteString(d.line())
		}
		b.WriteString("\n</details>\n\n")
	default:
		fmt.Fprintf(b, "> - %d more in the report\n\n", len(rest))
	}
}

// line gives "- `StatefulSet shop/db` of `shop`, `spec.serviceName`: …".
func (d *foundDanger) line() string {
	where := names(d.labels)
	if d.Resource != "" {
		where = codeSpan(d.Resource) + " of " + where
	}
	if d.Path != "" && !strings.Contains(d.Message, d.Path) {
		where += ", " + codeSpan(d.Path)
	}
	return "- " + where + ": " + prose(d.Message) + "\n"
}

// firstScreen bounds each list that stands before the table.
func (p *page) firstScreen() int {
	if p.rung == list {
		return 5
	}
	return 10
}
