package compare

import (
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
)

// respell gives base with head's spelling of the values that mean the same to
// the API server: quantities such as 1000m and 1, where the type of the field is
// one, and times that are null. t is the type of the value, nil if it is unknown.
// Base isn't written to.
func respell(t reflect.Type, name string, base, head any) any {
	if t == nil {
		return base
	}
	switch b := base.(type) {
	case map[string]any:
		if h, ok := head.(map[string]any); ok {
			return respellMap(t, b, h)
		}
		return base
	case []any:
		if h, ok := head.([]any); ok {
			return respellList(element(t), name, b, h)
		}
		return base
	}
	if plainType(t) == quantityType && sameQuantity(base, head) {
		return head
	}
	return base
}

func respellMap(t reflect.Type, base, head map[string]any) map[string]any {
	result := maps.Clone(base)
	for key, value := range base {
		other, there := head[key]
		switch of := field(t, key); {
		case there:
			result[key] = respell(of, key, value, other)
		case value == nil && plainType(of) == timeType:
			delete(result, key)
		}
	}
	for key, value := range head {
		if _, there := base[key]; !there && value == nil && plainType(field(t, key)) == timeType {
			result[key] = nil
		}
	}
	return result
}

func respellList(t reflect.Type, name string, base, head []any) []any {
	result := slices.Clone(base)
	for i, j := range partners(scheme(name, base, head), base, head) {
		if j >= 0 {
			result[i] = respell(t, "", base[i], head[j])
		}
	}
	return result
}

// sameQuantity is true for two spellings of one amount.
func sameQuantity(a, b any) bool {
	x, err := resource.ParseQuantity(scalar(a))
	if err != nil {
		return false
	}
	y, err := resource.ParseQuantity(scalar(b))
	return err == nil && x.Cmp(y) == 0
}
