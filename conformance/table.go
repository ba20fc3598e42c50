package conformance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Table counts how the cases ended.
type Table struct {
	mu   sync.Mutex
	rows map[row]*counts
	used map[string][]string // pattern of a known difference: its cases
}

type row struct{ origin, kind string }

type counts struct{ cases, equal, failing, differing, known int }

// add counts one case. A case that fails on both sides for the same reason is
// equal, and counted apart as well.
func (t *Table) add(c *Case, want Result, difference string, known *Known) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows, t.used = map[row]*counts{}, map[string][]string{}
	}
	n := t.row(c, want)
	n.cases++
	switch {
	case difference == "":
		n.equal++
		if want.Err != nil {
			n.failing++
		}
	case known != nil:
		n.known++
		t.used[known.Case] = append(t.used[known.Case], c.Name)
	default:
		n.differing++
	}
}

func (t *Table) row(c *Case, want Result) *counts {
	key := row{"argoplan's own", want.Type}
	if c.World.Upstream {
		key.origin = "Argo CD's test data"
	}
	if key.kind == "" {
		key.kind = "none (fails, or only referred to)"
	}
	if t.rows[key] == nil {
		t.rows[key] = &counts{}
	}
	return t.rows[key]
}

// String is the table in Markdown.
func (t *Table) String() string {
	var out strings.Builder
	out.WriteString("| Cases from | Source type | Cases | Equal | of these, both fail | Differing | Known |\n|---|---|--:|--:|--:|--:|--:|\n")
	keys := make([]row, 0, len(t.rows))
	for k := range t.rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b row) int { return strings.Compare(a.origin+a.kind, b.origin+b.kind) })
	var sum counts
	for _, k := range keys {
		n := t.rows[k]
		write(&out, k.origin, k.kind, *n)
		sum = counts{sum.cases + n.cases, sum.equal + n.equal, sum.failing + n.failing, sum.differing + n.differing, sum.known + n.known}
	}
	write(&out, "all", "", sum)
	return out.String()
}

func write(out *strings.Builder, origin, kind string, n counts) {
	fmt.Fprintf(out, "| %s | %s | %d | %d | %d | %d | %d |\n", origin, kind, n.cases, n.equal, n.failing, n.differing, n.known)
}
