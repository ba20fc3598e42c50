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
}

// row is one line of the table.
type row struct {
	origin string
	kind   string // the source's type
	helm   string // major version of Helm; "" where no source is rendered
}

// Where cases come from.
const (
	fromOwn      = "argoplan's own"
	fromTestData = "Argo CD's test data"
	fromExamples = "Argo CD's examples"
)

type counts struct{ cases, equal, failing, differing, known int }

// add counts one case. One that fails on both sides for the same reason is
// equal, and counted apart as well.
func (t *Table) add(r row, difference string, failing bool, known *Known) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows == nil {
		t.rows = map[row]*counts{}
	}
	if t.rows[r] == nil {
		t.rows[r] = &counts{}
	}
	n := t.rows[r]
	n.cases++
	switch {
	case difference == "":
		n.equal++
		if failing {
			n.failing++
		}
	case known != nil:
		n.known++
	default:
		n.differing++
	}
}

// String is the table in Markdown.
func (t *Table) String() string {
	var out strings.Builder
	out.WriteString("| Cases from | Type | Helm | Cases | Equal | of these, both fail | Differing | Known |\n|---|---|---|--:|--:|--:|--:|--:|\n")
	keys := make([]row, 0, len(t.rows))
	for k := range t.rows {
		keys = append(keys, k)
	}
	// The newer Helm first: its pass is the whole one.
	slices.SortFunc(keys, func(a, b row) int {
		return strings.Compare(b.helm+" ", a.helm+" ")*2 + strings.Compare(a.origin+a.kind, b.origin+b.kind)
	})
	var sum counts
	for _, k := range keys {
		n := t.rows[k]
		write(&out, k, *n)
		sum = counts{sum.cases + n.cases, sum.equal + n.equal, sum.failing + n.failing, sum.differing + n.differing, sum.known + n.known}
	}
	write(&out, row{origin: "all"}, sum)
	return out.String()
}

func write(out *strings.Builder, r row, n counts) {
	fmt.Fprintf(out, "| %s | %s | %s | %d | %d | %d | %d | %d |\n", r.origin, r.kind, r.helm, n.cases, n.equal, n.failing, n.differing, n.known)
}
