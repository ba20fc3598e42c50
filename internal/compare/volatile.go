package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/gonvenience/ytbx"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// volatileValue stands on both sides for what changes on every render, so that
// it isn't taken for the change.
const volatileValue = "<changes on every render>"

// Settle compares base and head as Compare does, but leaves out what changes on
// every render: passwords and certificates that a chart makes up, dates. again
// is a second render of base, by which it tells. Values that only differ from
// render to render are the same; a resource that holds nothing else is
// unchanged; Volatile names all of them. The Base and Head of the result have
// placeholders where such values stood.
func (c *Comparer) Settle(base, again, head []*unstructured.Unstructured) (Result, error) {
	base, again, head = withoutNil(base), withoutNil(again), withoutNil(head)
	s := settler{c: c, base: slices.Clone(base), again: again, head: slices.Clone(head), marks: map[int][]path{}}
	if err := s.values(); err != nil {
		return Result{}, err
	}
	if err := s.names(); err != nil {
		return Result{}, err
	}
	result, err := c.Compare(withoutNil(s.base), withoutNil(s.head))
	if err != nil {
		return Result{}, err
	}
	s.mark(&result)
	slices.Sort(s.volatile)
	result.Volatile = slices.Compact(s.volatile)
	return result, nil
}

// settler makes base and head equal in what differs between base and again.
type settler struct {
	c                 *Comparer
	base, again, head []*unstructured.Unstructured
	volatile          []string
	marks             map[int][]path // by index into head
}

// values replaces the values that differ between the two renders of base.
func (s *settler) values() error {
	others, err := s.counterparts(s.again)
	if err != nil {
		return err
	}
	heads, err := s.counterparts(s.head)
	if err != nil {
		return err
	}
	for i, b := range s.base {
		other, there := others[i]
		h, atHead := heads[i]
		if !there || !atHead || equal(b.Object, s.again[other].Object) {
			continue
		}
		w := &levelling{}
		before, after := w.level(nil, b.Object, s.again[other].Object, s.head[h].Object)
		s.base[i] = &unstructured.Unstructured{Object: before.(map[string]any)}
		s.head[h] = &unstructured.Unstructured{Object: after.(map[string]any)}
		for _, p := range w.paths {
			s.volatile = append(s.volatile, identify(b.Object).String()+" "+p.String())
		}
		s.marks[h] = w.paths
	}
	return nil
}

// counterparts gives for each index of base the index of its partner.
func (s *settler) counterparts(others []*unstructured.Unstructured) (map[int]int, error) {
	pairs, _, err := s.c.pair(s.base, others)
	if err != nil {
		return nil, err
	}
	partner := map[int]int{}
	for _, p := range pairs {
		if p.base >= 0 && p.head >= 0 {
			partner[p.base] = p.head
		}
	}
	return partner, nil
}

// mark notes the volatile paths of resources that change in other ways, too.
func (s *settler) mark(r *Result) {
	byIdentity := map[identity][]path{}
	for h, paths := range s.marks {
		if s.head[h] != nil {
			byIdentity[identify(s.head[h].Object)] = paths
		}
	}
	for i, change := range r.Changes {
		if change.Action != Modify {
			continue
		}
		for _, p := range byIdentity[identify(change.Head.Object)] {
			r.Changes[i].Paths = append(r.Changes[i].Paths, PathChange{Path: p.String(), Action: Modify, Volatile: true})
		}
	}
}

// levelling walks three versions of one value: base, base again, and head.
type levelling struct{ paths []path }

// level gives base and head with placeholders where base differs from again.
// Nothing that it is given is written to.
func (w *levelling) level(at path, base, again, head any) (before, after any) {
	if equal(base, again) {
		return base, head
	}
	switch b := base.(type) {
	case map[string]any:
		a, okA := again.(map[string]any)
		h, okH := head.(map[string]any)
		if okA && okH {
			return w.levelMap(at, b, a, h)
		}
	case []any:
		a, okA := again.([]any)
		h, okH := head.([]any)
		if okA && okH && len(a) == len(b) {
			return w.levelList(at, b, a, h)
		}
	}
	w.paths = append(w.paths, at)
	return volatileValue, volatileValue
}

func (w *levelling) levelMap(at path, base, again, head map[string]any) (before, after any) {
	b, h := maps.Clone(base), maps.Clone(head)
	for _, key := range slices.Sorted(maps.Keys(base)) {
		other, there := again[key]
		value, atHead := head[key]
		if !there || !atHead {
			continue
		}
		b[key], h[key] = w.level(at.key(key), base[key], other, value)
	}
	return b, h
}

// levelList pairs entries by name, or by index where they have none.
func (w *levelling) levelList(at path, base, again, head []any) (before, after any) {
	b, h := slices.Clone(base), slices.Clone(head)
	id := scheme(at.field(), base, base)
	for i := range base {
		step := ytbx.PathElement{Idx: i}
		if name, ok := entryName(base[i], id); ok && id != "" {
			step = ytbx.PathElement{Idx: -1, Key: schemeKey + id, Name: name}
		}
		other, there := entry(again, step)
		j := slices.IndexFunc(head, func(e any) bool { name, ok := entryName(e, id); return ok && id != "" && name == step.Name })
		if step.Idx >= 0 {
			j = i
		}
		if !there || j < 0 || j >= len(head) {
			continue
		}
		b[i], h[j] = w.level(append(at[:len(at):len(at)], step), base[i], other, head[j])
	}
	return b, h
}

// madeUp gives a name without its random end.
func madeUp(one, other identity) string {
	n := 0
	for n < len(one.name) && n < len(other.name) && one.name[n] == other.name[n] {
		n++
	}
	one.name = one.name[:strings.LastIndexAny(one.name[:n], "-.")+1] + "…"
	return one.String()
}
