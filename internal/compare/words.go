package compare

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Words gives what everybody may see of the objects, whatever Secrets hold: the
// names of resources, namespaces, containers, images and fields, and the parts of
// these.
func Words(renders ...[]*unstructured.Unstructured) []string {
	c := collector{words: map[string]bool{}, seen: map[uintptr]bool{}}
	for _, u := range slices.Concat(renders...) {
		if u != nil {
			c.object(u.Object)
		}
	}
	return sortedSet(c.words)
}

// collector gathers words. Renders share the fields of the resources that are
// the same in both; seen are those that are done.
type collector struct {
	words map[string]bool
	seen  map[uintptr]bool
}

func (c collector) object(object map[string]any) {
	for key, entry := range object {
		if fields, ok := entry.(map[string]any); ok && len(fields) > 0 {
			at := reflect.ValueOf(fields).Pointer()
			if c.seen[at] {
				continue
			}
			c.seen[at] = true
		}
		c.field(key, entry)
	}
}

func (c collector) field(key string, value any) {
	c.add(key)
	switch key {
	case "data", "stringData", "binaryData", "annotations":
		return
	case "kind", "namespace", "name", "image", "generateName":
		c.add(scalar(value))
	}
	c.below(value)
}

func (c collector) below(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, entry := range v {
			c.field(key, entry)
		}
	case []any:
		for _, entry := range v {
			c.below(entry)
		}
	}
}

func (c collector) add(text string) {
	if c.words[text] {
		return
	}
	c.words[text] = true
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("/:.-_@", r) }) {
		c.words[word] = true
	}
}

func sortedSet(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
