package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// equal is true if two values of JSON mean the same. Numbers are equal by
// value, as 1 and 1.0 are the same to Kubernetes; nothing else is converted.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalMaps(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && equalLists(a, b)
	case string:
		b, ok := b.(string)
		return ok && a == b
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case nil:
		return b == nil
	case int64:
		if b, ok := b.(int64); ok {
			return a == b
		}
	}
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	return reflect.DeepEqual(a, b)
}

func equalMaps(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	if reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer() {
		return true // both sides share what they read once
	}
	for key, value := range a {
		other, ok := b[key]
		if !ok || !equal(value, other) {
			return false
		}
	}
	return true
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 0 || &a[0] == &b[0] {
		return true
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// number gives the one spelling of a number: 1, 1.0 and 1e0 give "1".
func number(v any) (string, bool) {
	switch n := v.(type) {
	case int64:
		return strconv.FormatInt(n, 10), true
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<63 {
			return strconv.FormatInt(int64(n), 10), true
		}
		return strconv.FormatFloat(n, 'g', -1, 64), true
	case int, int32, uint32, uint64:
		return fmt.Sprint(n), true
	}
	return "", false
}

// plain gives a value with nothing in it but maps, lists, strings, bools, null
// and numbers: int64 wherever the number is a whole one. It is a copy unless the
// value is like that already.
func plain(value any) (any, error) {
	if isPlain(value) {
		return value, nil
	}
	switch v := value.(type) {
	case nil, string, bool, int64:
		return v, nil
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, entry := range v {
			p, err := plain(entry)
			if err != nil {
				return nil, err
			}
			result[key] = p
		}
		return result, nil
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			p, err := plain(entry)
			if err != nil {
				return nil, err
			}
			result[i] = p
		}
		return result, nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
			return int64(v), nil
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("expected a JSON number, found %v", v)
		}
		return v, nil
	}
	return viaJSON(value)
}

func isPlain(value any) bool {
	switch v := value.(type) {
	case nil, string, bool, int64:
		return true
	case float64:
		return v != math.Trunc(v)
	case map[string]any:
		for _, entry := range v {
			if !isPlain(entry) {
				return false
			}
		}
		return true
	case []any:
		for _, entry := range v {
			if !isPlain(entry) {
				return false
			}
		}
		return true
	}
	return false
}

// viaJSON converts Go values that no parser makes, such as []string.
func viaJSON(value any) (any, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encoding %T as JSON: %w", value, err)
	}
	var result any
	if err := json.Unmarshal(content, &result); err != nil {
		return nil, fmt.Errorf("decoding %T from JSON: %w", value, err)
	}
	return plain(result)
}

// scalar gives a string as it is and a number or bool as text; "" for all
// else. Keys come through it, so that a name that is a number is one.
func scalar(v any) string {
	switch s := v.(type) {
	case string:
		return s
	case bool:
		return strconv.FormatBool(s)
	}
	text, _ := number(v)
	return text
}

// Equal is true if two values of JSON mean the same to Kubernetes; see Compare.
func Equal(a, b any) bool { return equal(a, b) }
