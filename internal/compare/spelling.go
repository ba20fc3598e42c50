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
// Base isn't written to; changed says that it was copied.
func respell(t reflect.Type, name string, base, head any) (result any, changed bool) {
	if t == nil {
		return base, false
	}
	switch b := base.(type) {
	case map[string]any:
		if h, ok := head.(map[string]any); ok {
			return respellMap(t, b, h)
		}
		return base, false
	case []any:
		if h, ok := head.([]any); ok {
			return respellList(element(t), name, b, h)
		}
		return base, false
	}
	if plainType(t) == quantityType && !equal(base, head) && sameQuantity(base, head) {
		return head, true
	}
	return base, false
}

func respellMap(t reflect.Type, base, head map[string]any) (map[string]any, bool) {
	result, copied := base, false
	own := func() map[string]any {
		if !copied {
			result, copied = maps.Clone(base), true
		}
		return result
	}
	for key, value := range base {
		other, there := head[key]
		switch {
		case there && equal(value, other):
		case there:
			if value, changed := respell(field(t, key), key, value, other); changed {
				own()[key] = value
			}
		case value == nil && plainType(field(t, key)) == timeType:
			delete(own(), key)
		}
	}
	for key, value := range head {
		if _, there := base[key]; !there && value == nil && plainType(field(t, key)) == timeType {
			own()[key] = nil
		}
	}
	return result, copied
}

func respellList(t reflect.Type, name string, base, head []any) ([]any, bool) {
	if t == nil {
		return base, false
	}
	result, copied := base, false
	for i, j := range partners(scheme(name, base, head), base, head) {
		if j < 0 {
			continue
		}
		if value, changed := respell(t, "", base[i], head[j]); changed {
			if !copied {
				result, copied = slices.Clone(base), true
			}
			result[i] = value
		}
	}
	return result, copied
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
