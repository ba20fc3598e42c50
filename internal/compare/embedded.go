package compare

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDocument bounds the embedded documents that are read, in bytes. GitHub's and
// Kubernetes' own limits are near: a ConfigMap holds at most 1 MiB.
const maxDocument = 1 << 20

// unfolded is a pair of objects whose embedded documents stand as what they
// mean, so that they are compared inside.
type unfolded struct {
	base, head any
	notes      []note
}

// note is something about an embedded document that isn't a difference in what
// it says.
type note struct {
	at   []string
	text string
}

// The notes.
const (
	layoutOnly = "only layout or comments differ: both sides say the same"
	comments   = "comments differ, too"
)

// unfold replaces the embedded documents that differ: a ConfigMap's values that
// are YAML or JSON by their name, or have no extension and parse, and kubectl's
// last-applied-configuration. Where only the layout differs, both sides get
// head's text, and a note. Neither object is written to.
func unfold(base, head any) unfolded {
	u := unfolded{base, head, nil}
	b, _ := base.(map[string]any)
	h, _ := head.(map[string]any)
	if scalar(b["kind"]) == "ConfigMap" && scalar(h["kind"]) == "ConfigMap" {
		u.below([]string{"data"}, isDocument)
	}
	u.below([]string{"metadata", "annotations"}, func(key, _ string) bool { return key == lastApplied })
	return u
}

// isDocument tells by the extension of a key, or by its text, what to read.
func isDocument(key, text string) bool {
	switch {
	case strings.HasSuffix(key, ".yaml"), strings.HasSuffix(key, ".yml"), strings.HasSuffix(key, ".json"):
		return true
	case !strings.Contains(key, "."):
		return strings.Contains(text, "\n") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
	}
	return false
}

// below unfolds the values of one map.
func (u *unfolded) below(at []string, wanted func(key, text string) bool) {
	before, after := mapAt(u.base, at), mapAt(u.head, at)
	for _, key := range sortedKeys(before) {
		from, isText := before[key].(string)
		to, isTextToo := after[key].(string)
		if !isText || !isTextToo || from == to || !wanted(key, from) || !wanted(key, to) {
			continue
		}
		b, h := readDocument(from), readDocument(to)
		if b == nil || h == nil {
			continue
		}
		where := append(slices.Clone(at), key)
		if equal(b.value, h.value) && !slices.Equal(b.odd, h.odd) {
			continue // a number became text, or the other way round
		}
		if equal(b.value, h.value) {
			u.base = replaced(u.base, where, to)
			u.notes = append(u.notes, note{where, layoutOnly})
			continue
		}
		u.base, u.head = replaced(u.base, where, b.value), replaced(u.head, where, h.value)
		if !slices.Equal(b.comments, h.comments) {
			u.notes = append(u.notes, note{where, comments})
		}
	}
}

// mapAt gives the map at a path, nil if there is none.
func mapAt(object any, at []string) map[string]any {
	m, _ := object.(map[string]any)
	for _, key := range at {
		m, _ = m[key].(map[string]any)
	}
	return m
}

// replaced gives a copy of the object in which the path leads to value.
func replaced(object any, at []string, value any) any {
	if len(at) == 0 {
		return value
	}
	m, _ := object.(map[string]any)
	result := maps.Clone(m)
	result[at[0]] = replaced(m[at[0]], at[1:], value)
	return result
}

// document is what an embedded text says.
type document struct {
	value    any // a map or a list
	comments []string
	// odd are the numbers that have several spellings, such as 1.10 or 0x10: they
	// are kept as text, for whoever reads them may care.
	odd []string
}

// readDocument reads one YAML or JSON document whose meaning is plain: a map or
// a list without anchors, tags of its own and keys that aren't text. It gives nil
// for all else, which is compared as text.
func readDocument(text string) *document {
	if len(text) > maxDocument {
		return nil
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var root, second yaml.Node
	if decoder.Decode(&root) != nil || len(root.Content) != 1 || decoder.Decode(&second) == nil {
		return nil
	}
	d := &document{}
	d.comment(&root)
	value, ok := d.read(root.Content[0], 1)
	if !ok || root.Content[0].Kind == yaml.ScalarNode {
		return nil
	}
	d.value = value
	return d
}

func (d *document) comment(n *yaml.Node) {
	for _, text := range []string{n.HeadComment, n.LineComment, n.FootComment} {
		if text != "" {
			d.comments = append(d.comments, text)
		}
	}
}

func (d *document) read(n *yaml.Node, depth int) (value any, ok bool) {
	d.comment(n)
	switch {
	case n.Anchor != "" || depth > maxDepth || n.Style&yaml.TaggedStyle != 0:
		return nil, false
	case n.Kind == yaml.MappingNode:
		return d.mapping(n, depth)
	case n.Kind == yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, entry := range n.Content {
			if list[i], ok = d.read(entry, depth+1); !ok {
				return nil, false
			}
		}
		return list, true
	case n.Kind == yaml.ScalarNode:
		return d.scalar(n), true
	}
	return nil, false
}

func (d *document) mapping(n *yaml.Node, depth int) (value any, ok bool) {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		d.comment(key)
		if _, twice := m[key.Value]; twice || key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
			return nil, false
		}
		if m[key.Value], ok = d.read(n.Content[i+1], depth+1); !ok {
			return nil, false
		}
	}
	return m, true
}

func (d *document) scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!str":
		return n.Value
	case "!!bool":
		return n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	case "!!null":
		return nil
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil && strconv.FormatInt(i, 10) == n.Value {
			return i
		}
	case "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil && strconv.FormatFloat(f, 'g', -1, 64) == n.Value {
			return f
		}
	}
	d.odd = append(d.odd, n.Value)
	return n.Value
}
