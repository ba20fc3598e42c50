package comment

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// part is one foldable piece of the page: what several Applications change
// alike, or what one Application changes alone.
type part struct {
	owners []*section
	items  []*item
	// about are the owners that are described here and have no other part.
	about []*section
	// renamed is true if names or namespaces differ between the owners.
	renamed bool
	byKey   map[string]*item
}

// common is true for what several Applications change alike.
func (q *part) common() bool { return len(q.owners) > 1 }

// parts finds what Applications have in common. Each common part stands before
// the first of its owners; what an owner has besides follows.
func parts(apps []*section) []*part {
	owners := ownersByKey(apps)
	setOf := map[string]string{} // one text for the owners, by key
	for key, o := range owners {
		setOf[key] = setID(o)
	}
	bySet := map[string]*part{}
	var all []*part
	for _, s := range apps {
		own := &part{owners: []*section{s}, about: []*section{s}}
		var home *part
		for i, key := range s.keys() {
			o := owners[key]
			if len(o) == 1 {
				own.items = append(own.items, s.items[i])
				continue
			}
			set := setOf[key]
			if bySet[set] == nil {
				bySet[set] = &part{owners: o, byKey: map[string]*item{}}
				all = append(all, bySet[set])
			}
			home = cmp.Or(home, bySet[set])
			bySet[set].take(key, s.items[i])
		}
		if home != nil && len(own.items)+len(s.Failures)+len(s.Warnings) == 0 {
			home.about = append(home.about, s)
			continue
		}
		all = append(all, own)
	}
	return all
}

// take shows the item as its first owner has it.
func (q *part) take(key string, it *item) {
	first, ok := q.byKey[key]
	if !ok {
		it.owners, q.byKey[key] = len(q.owners), it
		q.items = append(q.items, it)
		return
	}
	q.renamed = q.renamed || first.text[full] != it.text[full]
}

// ownersByKey gives the Applications that have an item, in the order of apps.
func ownersByKey(apps []*section) map[string][]*section {
	owners := map[string][]*section{}
	for _, s := range apps {
		for _, key := range s.keys() {
			owners[key] = append(owners[key], s)
		}
	}
	return owners
}

// setID is one text for a set of Applications.
func setID(apps []*section) string {
	var ids []any
	for _, s := range apps {
		ids = append(ids, s.Namespace, s.Name)
	}
	return digest(ids...)
}

// keys gives the key of each item, told apart where one Application has the
// same twice.
func (s *section) keys() []string {
	seen := map[string]int{}
	var keys []string
	for _, it := range s.items {
		seen[it.key]++
		keys = append(keys, fmt.Sprintf("%d %s", seen[it.key], it.key))
	}
	return keys
}

// title is the line that stays when the part is folded.
func (q *part) title() string {
	if !q.common() {
		s := q.owners[0]
		return inSummary(s.label) + " " + q.verdict(s)
	}
	var names []string
	for _, s := range q.owners[:min(len(q.owners), titleNames)] {
		names = append(names, inSummary(s.label))
	}
	title := strings.Join(names, ", ")
	if more := len(q.owners) - titleNames; more > 0 {
		title += fmt.Sprintf(" and %d more", more)
	}
	return title + ": the same change, " + q.count().words() + " in each"
}

// titleNames bounds the Applications in a title.
const titleNames = 5

// verdict is the part of an Application's title that is in our own words.
func (q *part) verdict(s *section) string {
	switch s.State {
	case report.Failed:
		return "failed to render"
	case report.Skipped, report.Unchanged:
		return string(s.State)
	}
	words := q.count().words()
	switch {
	case q.count() != s.count() && words == "":
		words = "nothing more"
	case q.count() != s.count():
		words = "alone: " + words
	}
	if state, ok := presenceWords[s.Presence]; ok {
		words = strings.TrimSuffix(state+": "+words, ": ")
	}
	if words == "" {
		return "changed"
	}
	return words
}

// count counts the resources of the part, in one of its owners.
func (q *part) count() tally {
	var t tally
	for _, it := range q.items {
		for _, c := range it.changes {
			t.add(c.Action, 1)
		}
	}
	return t
}
