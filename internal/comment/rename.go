package comment

import (
	"fmt"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// renamed is a removed and an added resource with the same content, which are
// shown as one.
type renamed struct {
	report.Rename
	from, to *compare.Change
}

// findRenames gives the renames of an Application by the removed change, and the
// added ones, which are shown with those.
func findRenames(a *report.Application) (byRemoved map[*compare.Change]renamed, shown map[*compare.Change]bool) {
	byRemoved, shown = map[*compare.Change]renamed{}, map[*compare.Change]bool{}
	for _, r := range a.Renames {
		from, to := find(a, compare.Remove, r.From), find(a, compare.Add, r.To)
		if from != nil && to != nil && from.RenamedTo == r.To && !shown[to] {
			byRemoved[from], shown[to] = renamed{r, from, to}, true
		}
	}
	return byRemoved, shown
}

func find(a *report.Application, action compare.Action, title string) *compare.Change {
	for i := range a.Changes {
		if c := &a.Changes[i]; c.Action == action && id(c) == title {
			return c
		}
	}
	return nil
}

// verb is "moved" where only the namespace differs.
func (r renamed) verb() string {
	if r.from.Name == r.to.Name {
		return "moved"
	}
	return "renamed"
}

// item shows a rename as one.
func (r renamed) item(a *report.Application) *item {
	name := r.verb() + " " + codeSpan(r.From) + " to " + codeSpan(r.To)
	return &item{
		rank: removed, hook: r.from.Hook != "", changes: []*compare.Change{r.from, r.to},
		key: digest(change{Change: r.from, diff: r.from.Diff}.key(a), change{Change: r.to, diff: r.to.Diff}.key(a), r.Meaning),
		text: [full + 1]string{
			list: name, short: "- " + name + ", with the same content: " + prose(r.Meaning) + "\n",
			full: fmt.Sprintf("**%s** %s to %s (%s), with the same content: %s\n\n%s\n",
				r.verb(), codeSpan(r.From), codeSpan(r.To), codeSpan(r.from.APIVersion), prose(r.Meaning), fence("diff", r.from.Diff)),
		},
	}
}
