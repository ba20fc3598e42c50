package comment

import (
	"cmp"
	"slices"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// rank sorts what a section shows: signal before noise.
type rank int

const (
	removed   rank = iota
	dangerous      // a danger names the resource
	spec           // anything but metadata
	restarts       // shared labels, but those of pods: they restart
	added
	metadata // labels, annotations and the like
)

// item is what is shown, and cut, as one: a change, or the resources of one
// Application in which only the same metadata changes.
type item struct {
	rank    rank
	hook    bool
	changes []*compare.Change // as the first owner has them
	owners  int               // Applications that have the same
	key     string            // equal in two Applications: the same change
	at      rung
	text    [full + 1]string
}

// resources counts what the item stands for, in all Applications.
func (it *item) resources() int { return len(it.changes) * max(it.owners, 1) }

// items sorts the changes of one Application by what they mean to a reviewer:
// hooks last, and of each the most important first.
func items(a *report.Application) []*item {
	quiet := findQuiet(a)
	var all []*item
	for _, g := range quiet.groups {
		all = append(all, g.item(a))
	}
	renames, shown := findRenames(a)
	for i := range a.Changes {
		c := &a.Changes[i]
		if quiet.grouped[c] || shown[c] {
			continue
		}
		if r, ok := renames[c]; ok {
			all = append(all, r.item(a))
			continue
		}
		x := change{Change: c}
		x.diff, x.folded = quiet.fold(c, dangersOf(a, c))
		all = append(all, &item{
			rank: rankOf(a, c), hook: c.Hook != "", changes: []*compare.Change{c}, key: x.key(a),
			text: [full + 1]string{"", x.name(), x.withPaths(), x.withDiff()},
		})
	}
	slices.SortStableFunc(all, func(a, b *item) int { return cmp.Compare(a.order(), b.order()) })
	return all
}

func (it *item) order() int {
	if it.hook {
		return 100 + int(it.rank)
	}
	return int(it.rank)
}

// rankOf ranks a change that stands alone.
func rankOf(a *report.Application, c *compare.Change) rank {
	switch {
	case c.Action == compare.Remove:
		return removed
	case len(dangersOf(a, c)) > 0:
		return dangerous
	case c.Action == compare.Add:
		return added
	case onlyMetadata(&compare.Change{Action: c.Action, Paths: settled(c)}):
		return metadata
	}
	return spec
}

// dangersOf gives the dangers that name the resource.
func dangersOf(a *report.Application, c *compare.Change) []report.Danger {
	var all []report.Danger
	for _, d := range a.Dangers {
		if d.Resource != "" && d.Resource == id(c) {
			all = append(all, d)
		}
	}
	return all
}
