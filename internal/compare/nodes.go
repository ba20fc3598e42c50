package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// The tags of lists, beside YAML's own. A list is compared entry by entry only
// if its tag is the same on both sides.
const (
	tagNamed  = "!named-by-" // and the identifier
	tagSingle = "!single"    // one entry without an identifier
	tagWhole  = "!whole"     // compared as a whole: JSON in a scalar
)

// The bounds of what dyff is asked to compare.
const (
	pairCost = 20_000_000 // key comparisons, about 0.1 s
	maxDepth = 1_000      // maps and lists within each other
)

// nodeBuilder makes the YAML nodes for dyff, without anchors, from the plain
// values of both sides.
//
// How the entries of a list are matched is decided here, and told to dyff by a
// key of our own in each entry. dyff matches the entries of a list that has no
// identifier by a hash that drops their types and, where order is ignored, their
// order. Such lists are given to it as one scalar each, so that it tells just
// whether they differ.
type nodeBuilder struct {
	// cost counts the key comparisons that dyff will need: it looks up each key
	// of a map and each entry of a list by walking the other side.
	cost  int
	depth int
}

// documents gives both objects as YAML documents.
func (b *nodeBuilder) documents(base, head any) (from, to *yaml.Node, err error) {
	from, to, err = b.nodes("", base, head, 1)
	if err != nil {
		return nil, nil, err
	}
	document := func(n *yaml.Node) *yaml.Node { return &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{n}} }
	return document(from), document(to), nil
}

// nodes gives the nodes of a value that is there on both sides, as the value of
// field.
func (b *nodeBuilder) nodes(field string, base, head any, depth int) (from, to *yaml.Node, err error) {
	b.depth = max(b.depth, depth)
	switch x := base.(type) {
	case map[string]any:
		if y, ok := head.(map[string]any); ok {
			return b.maps(x, y, depth)
		}
	case []any:
		if y, ok := head.([]any); ok {
			return b.lists(field, x, y, depth)
		}
	}
	if from, err = b.node(base, depth); err != nil {
		return nil, nil, err
	}
	to, err = b.node(head, depth)
	return from, to, err
}

func (b *nodeBuilder) maps(base, head map[string]any, depth int) (from, to *yaml.Node, err error) {
	b.cost += len(base)*len(head) + len(base) + len(head)
	from, to = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, key := range sortedKeys(base) {
		var x, y *yaml.Node
		if other, both := head[key]; both {
			if isNested(other) && equal(base[key], other) {
				continue // dyff would walk it and find nothing
			}
			if x, y, err = b.nodes(key, base[key], other, depth+1); err == nil {
				to.Content = append(to.Content, scalarNode("!!str", key), y)
			}
		} else {
			x, err = b.node(base[key], depth+1)
		}
		if err != nil {
			return nil, nil, err
		}
		from.Content = append(from.Content, scalarNode("!!str", key), x)
	}
	for _, key := range sortedKeys(head) {
		if _, both := base[key]; both {
			continue
		}
		y, err := b.node(head[key], depth+1)
		if err != nil {
			return nil, nil, err
		}
		to.Content = append(to.Content, scalarNode("!!str", key), y)
	}
	return from, to, nil
}

// lists matches entries by a scheme, or the one entry of either side.
func (b *nodeBuilder) lists(field string, base, head []any, depth int) (from, to *yaml.Node, err error) {
	s := scheme(field, base, head)
	if s == "" && (len(base) != 1 || len(head) != 1) {
		if from, err = wholeList(base); err != nil {
			return nil, nil, err
		}
		to, err = wholeList(head)
		return from, to, err
	}
	b.cost += len(base)*len(head) + len(base) + len(head)
	tag := tagSingle
	if s != "" {
		tag = tagNamed + s
	}
	from, to = &yaml.Node{Kind: yaml.SequenceNode, Tag: tag}, &yaml.Node{Kind: yaml.SequenceNode, Tag: tag}
	to.Content = make([]*yaml.Node, len(head))
	partner := partners(s, base, head)
	for i, entry := range base {
		j := partner[i]
		var x, y *yaml.Node
		if j < 0 {
			x, err = b.node(entry, depth+1)
		} else if x, y, err = b.nodes("", entry, head[j], depth+1); err == nil {
			to.Content[j] = named(s, head[j], y)
		}
		if err != nil {
			return nil, nil, err
		}
		from.Content = append(from.Content, named(s, entry, x))
	}
	for j, entry := range head {
		if to.Content[j] == nil {
			y, err := b.node(entry, depth+1)
			if err != nil {
				return nil, nil, err
			}
			to.Content[j] = named(s, entry, y)
		}
	}
	return from, to, nil
}

// partners gives for each entry the index of the one with the same name, or at
// the same place if there are no names; -1 if there is none.
func partners(scheme string, list, others []any) []int {
	byName := make(map[string]int, len(others))
	for j, other := range others {
		if name, ok := entryName(other, scheme); ok {
			byName[name] = j
		}
	}
	found := make([]int, len(list))
	for i, entry := range list {
		name, _ := entryName(entry, scheme)
		j, there := byName[name]
		switch {
		case scheme == "" && i < len(others):
			found[i] = i
		case scheme != "" && there:
			found[i] = j
		default:
			found[i] = -1
		}
	}
	return found
}

// named puts the entry's name first, under a key that no manifest has.
func named(scheme string, entry any, node *yaml.Node) *yaml.Node {
	if name, ok := entryName(entry, scheme); ok && scheme != "" {
		node.Content = slices.Concat([]*yaml.Node{scalarNode("!!str", schemeKey+scheme), scalarNode("!!str", name)}, node.Content)
	}
	return node
}

// schemeKey begins the key that holds an entry's name.
const schemeKey = "\x00"

// schemeKeys are all such keys, for dyff.
func schemeKeys() []string {
	var keys []string
	for _, s := range slices.Concat(slices.Concat(slices.Collect(maps.Values(mergeKeys))...), identifiers) {
		keys = append(keys, schemeKey+s)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// node gives the node of a value that the other side lacks, or has in another
// form: dyff doesn't look into it.
func (b *nodeBuilder) node(value any, depth int) (*yaml.Node, error) {
	b.depth = max(b.depth, depth)
	switch v := value.(type) {
	case map[string]any:
		return b.mapping(v, depth)
	case []any:
		return wholeList(v)
	case string:
		return scalarNode("!!str", v), nil
	case bool:
		return scalarNode("!!bool", strconv.FormatBool(v)), nil
	case nil:
		return scalarNode("!!null", "null"), nil
	}
	text, ok := number(value)
	if !ok {
		return nil, fmt.Errorf("expected a JSON value, found %T", value)
	}
	return scalarNode("!!float", text), nil
}

func (b *nodeBuilder) mapping(m map[string]any, depth int) (*yaml.Node, error) {
	b.cost += len(m)
	node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, key := range sortedKeys(m) {
		value, err := b.node(m[key], depth+1)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, scalarNode("!!str", key), value)
	}
	return node, nil
}

func wholeList(list []any) (*yaml.Node, error) {
	content, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("encoding a list as JSON: %w", err)
	}
	return scalarNode(tagWhole, string(content)), nil
}

func scalarNode(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
