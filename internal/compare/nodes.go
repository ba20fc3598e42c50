package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// identifiers are the fields by which the entries of a list are matched, best
// first: what people call an entry, then the merge keys of Kubernetes.
var identifiers = []string{
	"name", "key", "id", "mountPath", "devicePath", "containerPort", "port", "host", "path", "ip", "topologyKey",
}

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

// nodeBuilder makes the YAML nodes for dyff, without anchors, from plain
// values.
//
// dyff matches the entries of a list that has no identifier by a hash that
// drops their types and, where order is ignored, their order. Such lists are
// given to it as one scalar each, so that it tells just whether they differ.
type nodeBuilder struct {
	// cost counts the key comparisons that dyff will need: it looks up each key
	// of a map and each entry of a list by walking the other side.
	cost  int
	depth int
}

// document gives the object as a YAML document.
func (b *nodeBuilder) document(object any) (*yaml.Node, error) {
	root, err := b.node(object, 1)
	if err != nil {
		return nil, err
	}
	return &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{root}}, nil
}

func (b *nodeBuilder) node(value any, depth int) (*yaml.Node, error) {
	b.depth = max(b.depth, depth)
	switch v := value.(type) {
	case map[string]any:
		return b.mapping(v, depth)
	case []any:
		return b.list(v, depth)
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
	b.cost += len(m) * len(m)
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

func (b *nodeBuilder) list(list []any, depth int) (*yaml.Node, error) {
	tag := tagSingle
	if id := identifierOf(list); id != "" {
		tag = tagNamed + id
	} else if len(list) != 1 {
		return wholeList(list)
	}
	b.cost += len(list) * len(list)
	node := &yaml.Node{Kind: yaml.SequenceNode, Tag: tag}
	for _, entry := range list {
		value, err := b.node(entry, depth+1)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, value)
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

// identifierOf gives the first identifier that every entry of the list has,
// with a value of its own; "" if there is none.
func identifierOf(list []any) string {
	for _, id := range identifiers {
		names := make(map[string]bool, len(list))
		for _, entry := range list {
			if name, ok := entryName(entry, id); ok {
				names[name] = true
			}
		}
		if len(list) > 0 && len(names) == len(list) {
			return id
		}
	}
	return ""
}

// entryName gives the entry's value of an identifier, as dyff spells it. An
// empty one names nothing.
func entryName(entry any, id string) (string, bool) {
	m, ok := entry.(map[string]any)
	if !ok {
		return "", false
	}
	name := scalar(m[id])
	return name, name != ""
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
