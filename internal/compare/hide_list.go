package compare

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// hideLists masks two lists, the values of a field. An entry is masked together
// with the one that it becomes, wherever that stands: two secrets in a list that
// also grows or shrinks are still told apart.
func (c *Comparer) hideLists(field string, base, head []any) (b, h []any) {
	b, h = c.hideEach(base), c.hideEach(head)
	id := scheme(field, base, head)
	pairs := counterparts(base, head, b, h)
	if id != "" {
		pairs = sameNames(id, base, head, b, h)
	}
	for _, p := range pairs {
		b[p[0]], h[p[1]] = c.hideBoth(field, base[p[0]], head[p[1]])
		if id == "" && equal(b[p[0]], h[p[1]]) {
			b[p[0]], h[p[1]] = markAll(b[p[0]], maskedBefore), markAll(h[p[1]], maskedAfter) // it moved
		}
	}
	return b, h
}

// markAll is markHidden for all texts in a value.
func markAll(value any, as string) any {
	switch v := value.(type) {
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, entry := range v {
			result[key] = markAll(entry, as)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			result[i] = markAll(entry, as)
		}
		return result
	}
	return markHidden(value, as)
}

func (c *Comparer) hideEach(list []any) []any {
	result := make([]any, len(list))
	for i, entry := range list {
		result[i], _ = c.hide(entry)
	}
	return result
}

// counterparts gives the indexes of entries that went and came and belong
// together: what the masks b and h make the same, or else what is changed at the same
// place.
func counterparts(base, head, b, h []any) (pairs [][2]int) {
	hunks := changedEntries(base, head)
	done := [2]map[int]bool{{}, {}}
	pair := func(i, j int) {
		pairs, done[0][i], done[1][j] = append(pairs, [2]int{i, j}), true, true
	}
	for i := range eachOf(hunks, 0) {
		for j := range eachOf(hunks, 1) {
			if !done[0][i] && !done[1][j] && equal(b[i], h[j]) {
				pair(i, j)
			}
		}
	}
	for _, hunk := range hunks {
		removed := slices.DeleteFunc(hunk[0], func(i int) bool { return done[0][i] || !isNested(base[i]) })
		added := slices.DeleteFunc(hunk[1], func(j int) bool { return done[1][j] || !isNested(head[j]) })
		for k := range min(len(removed), len(added)) {
			pair(removed[k], added[k])
		}
	}
	return pairs
}

// eachOf goes through what went, side 0, or what came, side 1.
func eachOf(hunks [][2][]int, side int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, hunk := range hunks {
			for _, i := range hunk[side] {
				if !yield(i) {
					return
				}
			}
		}
	}
}

func isNested(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// sameNames gives the indexes of entries that have the same name by a scheme, or
// names that masks make the same.
func sameNames(id string, base, head, b, h []any) (pairs [][2]int) {
	at, maskedAt := map[string]int{}, map[string]int{}
	for j := range head {
		name, _ := entryName(head[j], id)
		hidden, _ := entryName(h[j], id)
		at[name], maskedAt[hidden] = j, j
	}
	for i := range base {
		name, _ := entryName(base[i], id)
		hidden, _ := entryName(b[i], id)
		if j, ok := at[name]; ok {
			pairs = append(pairs, [2]int{i, j})
		} else if j, ok := maskedAt[hidden]; ok {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return pairs
}

// changedEntries gives the indexes of the entries that went and of those that
// came, together where they stand at the same place.
func changedEntries(base, head []any) (hunks [][2][]int) {
	var hunk [2][]int
	i, j := 0, 0
	for _, l := range editScript(texts(base), texts(head)) {
		switch l.op {
		case '-':
			hunk[0] = append(hunk[0], i)
			i++
		case '+':
			hunk[1] = append(hunk[1], j)
			j++
		default:
			hunks, hunk = append(hunks, hunk), [2][]int{}
			i, j = i+1, j+1
		}
	}
	return append(hunks, hunk)
}

// texts gives one text for each entry.
func texts(list []any) []string {
	result := make([]string, len(list))
	for i, entry := range list {
		text, err := json.Marshal(entry)
		if err != nil {
			text = fmt.Append(nil, entry)
		}
		result[i] = string(text)
	}
	return result
}
