package applicationset

import (
	"fmt"
	"strconv"
)

// flatten gives the leaves of nested maps and lists as texts, by their path
// with dots; list entries go by their index. An empty map or list has no leaf.
func flatten(m map[string]any) map[string]string {
	flat := map[string]string{}
	for key, value := range m {
		flattenInto(flat, key, value)
	}
	return flat
}

func flattenInto(flat map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			flattenInto(flat, path+"."+key, inner)
		}
	case map[string]string:
		for key, inner := range v {
			flat[path+"."+key] = inner
		}
	case []any:
		for i, inner := range v {
			flattenInto(flat, path+"."+strconv.Itoa(i), inner)
		}
	default:
		flat[path] = fmt.Sprint(value)
	}
}
