package shard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// named is how many Applications of a missing shard are named in one sentence.
// The report lists all of them as failed.
const named = 10

// lacking says which shards there is nothing of, why, and which Applications
// were theirs; "" if there is something of all.
func (m *merger) lacking() string {
	var lines []string
	for s := 1; s <= m.of; s++ {
		why, stopped := m.stopped[s]
		if m.by[s] != nil && (!stopped || m.found == nil) {
			continue
		}
		line := capital(ID{s, m.of}) + " left no bundle"
		switch {
		case stopped:
			line = fmt.Sprintf("%s rendered nothing: %s", capital(ID{s, m.of}), why)
		case m.broken[s] != nil:
			line = fmt.Sprintf("%s left no bundle that can be used: %v", capital(ID{s, m.of}), m.broken[s])
		}
		lines = append(lines, line+m.without(s))
	}
	return strings.Join(lines, "\n")
}

// without names the Applications of a shard.
func (m *merger) without(s int) string {
	if m.found == nil {
		return "."
	}
	var names []string
	for _, e := range m.found.Entries {
		if e.Shard == s {
			names = append(names, e.Part.Application.Namespace+"/"+e.Part.Application.Name)
		}
	}
	if len(names) == 0 {
		return ". None of the Applications was its own."
	}
	more := ""
	if len(names) > named {
		more = fmt.Sprintf(" and %d more", len(names)-named)
		names = names[:named]
	}
	return fmt.Sprintf(". Not rendered: %s%s.", strings.Join(names, ", "), more)
}

func capital(id ID) string { return "S" + id.String()[1:] }

// reasons lists why bundles could not be used.
func reasons(broken map[int]error) string {
	var b strings.Builder
	for _, s := range slices.Sorted(maps.Keys(broken)) {
		fmt.Fprintf(&b, "; shard %d: %v", s, broken[s])
	}
	return b.String()
}
