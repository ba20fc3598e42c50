package compare

import (
	"slices"
	"strings"

	"github.com/homeport/dyff/pkg/dyff"
	"go.yaml.in/yaml/v3"
)

// context is how many unchanged lines are shown around changed ones.
const context = 2

// writer turns dyff's differences into paths and text. dyff says where two
// objects differ; what is there is read from the objects themselves.
type writer struct {
	base, head any
	paths      []PathChange
	sections   map[string]*section // by the path of the map that changed
	order      []*section
	// lost is true if a difference could not be found in the objects.
	lost bool
}

// section is what changed in one place, below one "@@" line.
type section struct {
	path    path
	entries []mapEntry // of the map at path
	lines   []string   // of anything else
}

// mapEntry is one changed key with its lines.
type mapEntry struct {
	key   string
	lines []string
}

func (w *writer) write(d dyff.Diff) error {
	at := path(d.Path.PathElements)
	listDone := false
	for _, detail := range d.Details {
		node := detail.To
		if node == nil {
			node = detail.From
		}
		var err error
		switch {
		case detail.Kind == dyff.MODIFICATION:
			err = w.modified(at)
		case node.Kind == yaml.MappingNode:
			err = w.keys(at, detail.Kind, node)
		default:
			err = w.listEntries(at, detail, listDone)
			listDone = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// notes writes what is to be known of embedded documents. One whose layout alone
// differs is a change all the same: its reader may be a checksum.
func (w *writer) notes(all []note, base, head any) {
	for _, n := range all {
		at := path{}
		for _, key := range n.at {
			at = at.key(key)
		}
		w.addSection(at, []string{headLine(at.String()), "! " + n.text})
		if n.text != layoutOnly {
			continue
		}
		from, _ := at.lookup(base)
		to, _ := at.lookup(head)
		change := PathChange{Path: at.String(), Action: Modify}
		change.From, change.To = oneLiners(scalar(from), scalar(to), maxValue)
		w.paths = append(w.paths, change)
	}
}

// modified writes a value that is there on both sides.
func (w *writer) modified(at path) error {
	from, okFrom := at.lookup(w.base)
	to, okTo := at.lookup(w.head)
	if !okFrom || !okTo || len(at) == 0 {
		w.lost = true
		return nil
	}
	if err := w.addPath(at, from, to); err != nil {
		return err
	}
	fromText, _ := from.(string)
	toText, _ := to.(string)
	_, fromList := from.([]any)
	_, toList := to.([]any)
	switch {
	case fromText != "" && toText != "" && strings.Contains(fromText+toText, "\n"):
		w.addSection(at, textDiff(at, fromText, toText))
		return nil
	case fromList && toList:
		lines, err := listDiff(at, from, to)
		w.addSection(at, lines)
		return err
	}
	return w.replaced(at, from, to)
}

// replaced writes the old and the new entry of a map, or of a list.
func (w *writer) replaced(at path, from, to any) error {
	before, err := entryLines(at, from)
	if err != nil {
		return err
	}
	after, err := entryLines(at, to)
	if err != nil {
		return err
	}
	if len(before) == 1 && len(after) == 1 {
		before[0], after[0] = cutBoth(before[0], after[0])
	}
	w.addEntry(at, slices.Concat(prefixed('-', before), prefixed('+', after)))
	return nil
}

// keys writes the keys that a map gained or lost.
func (w *writer) keys(at path, kind rune, node *yaml.Node) error {
	side, op, action := w.head, byte('+'), Add
	if kind == dyff.REMOVAL {
		side, op, action = w.base, '-', Remove
	}
	for i := 0; i < len(node.Content); i += 2 {
		p := at.key(node.Content[i].Value)
		value, ok := p.lookup(side)
		if !ok {
			w.lost = true
			continue
		}
		lines, err := entryLines(p, value)
		if err != nil {
			return err
		}
		w.addEntry(p, prefixed(op, lines))
		if err := w.addOneSided(p, action, value); err != nil {
			return err
		}
	}
	return nil
}

// addPath notes a value that is there on both sides.
func (w *writer) addPath(at path, from, to any) error {
	before, err := inline(from)
	if err != nil {
		return err
	}
	after, err := inline(to)
	if err != nil {
		return err
	}
	before, after = oneLiners(before, after, maxValue)
	w.paths = append(w.paths, PathChange{Path: at.String(), Action: Modify, From: before, To: after})
	return nil
}

// addOneSided notes a value that was added or removed.
func (w *writer) addOneSided(at path, action Action, value any) error {
	text, err := inline(value)
	if err != nil {
		return err
	}
	change := PathChange{Path: at.String(), Action: action}
	if action == Remove {
		change.From = oneLine(text)
	} else {
		change.To = oneLine(text)
	}
	w.paths = append(w.paths, change)
	return nil
}

// addEntry puts the lines of one key with those of its neighbours in the map.
func (w *writer) addEntry(at path, lines []string) {
	parent := at.parent()
	s := w.sections[parent.id()]
	if s == nil {
		s = w.addSection(parent, nil)
		w.sections[parent.id()] = s
	}
	s.entries = append(s.entries, mapEntry{at[len(at)-1].Name, lines})
}

func (w *writer) addSection(at path, lines []string) *section {
	s := &section{path: at, lines: lines}
	w.order = append(w.order, s)
	return s
}

// text joins the sections. What changed at the top of the object comes first
// and needs no "@@" line.
func (w *writer) text() string {
	slices.SortStableFunc(w.order, func(a, b *section) int {
		return min(len(a.path), 1) - min(len(b.path), 1)
	})
	var lines []string
	for _, s := range w.order {
		slices.SortStableFunc(s.entries, func(a, b mapEntry) int { return strings.Compare(a.key, b.key) })
		if len(s.entries) > 0 && len(s.path) > 0 {
			lines = append(lines, headLine(s.path.String()))
		}
		for _, e := range s.entries {
			lines = append(lines, e.lines...)
		}
		lines = append(lines, s.lines...)
	}
	return strings.Join(lines, "\n")
}
