package comment

import (
	"cmp"
	"slices"
)

// rung is how much is said, of the whole page or of one item.
type rung int

const (
	nothing rung = iota
	list         // kind and name
	short        // and the changed paths, without values
	full         // and the diff
)

// linkRoom is kept free for the marker and the run link, so that a longer run
// ID never moves the page to another rung.
const linkRoom = 512

// climb writes the body at rung g, with as much more as fits. It is false if
// not even the rung itself fits.
func (p *page) climb(g rung) (string, bool) {
	p.rung = g
	base := g
	if g == list {
		base = nothing // names are added while they fit; the table is whole
	}
	for it := range p.everyItem {
		it.at = base
	}
	room := p.o.Budget - linkRoom - len(p.footer()) + len(p.link()) - len(p.header()) + len(p.o.Marker.String())
	body := p.body()
	if len(body) > room {
		return "", false
	}
	if g == full {
		return body, true
	}
	return p.raise(base+1, room, body), true
}

// raise shows items at rung to while they fit into room, what matters most
// first. One large diff doesn't keep the smaller ones after it out.
func (p *page) raise(to rung, room int, body string) string {
	left := room - len(body)
	var raised []*item
	for _, it := range p.ranked() {
		cost := len(it.text[to]) - len(it.text[it.at])
		if cost <= left {
			it.at, left = to, left-cost
			raised = append(raised, it)
		}
	}
	// What stands around the items depends on what is shown, so the sum is
	// an estimate: take back what was too much.
	for body = p.body(); len(body) > room; body = p.body() {
		for over := len(body) - room; over > 0 && len(raised) > 0; {
			it := raised[len(raised)-1]
			raised = raised[:len(raised)-1]
			it.at = to - 1
			over -= len(it.text[to]) - len(it.text[it.at])
		}
	}
	return body
}

// everyItem goes through all items in the order of the page.
func (p *page) everyItem(yield func(*item) bool) {
	for _, part := range p.parts {
		for _, it := range part.items {
			if !yield(it) {
				return
			}
		}
	}
}

// ranked gives all items of the page by rank, whatever their Application.
func (p *page) ranked() []*item {
	all := slices.Collect(p.everyItem)
	slices.SortStableFunc(all, func(a, b *item) int { return cmp.Compare(a.rank, b.rank) })
	return all
}
