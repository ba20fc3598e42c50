package report

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/argoplan/argoplan/internal/compare"
)

// normal copies a value as the API server would keep it: without empty fields,
// quantities in one spelling, and claim templates without what the server fills
// in by itself.
func normal(value any) any {
	switch v := value.(type) {
	case map[string]any:
		result := map[string]any{}
		for key, entry := range v {
			if entry = normal(entry); !isEmpty(entry) {
				result[key] = entry
			}
			if key == "requests" || key == "limits" {
				result[key] = quantities(entry)
			}
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			result[i] = normal(entry)
		}
		return result
	}
	return value
}

func quantities(value any) any {
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	result := map[string]any{}
	for name, amount := range m {
		result[name] = amount
		if q, ok := quantity(amount); ok {
			result[name] = q.String()
		}
	}
	return result
}

// quantity reads "1Gi" and 1 alike.
func quantity(value any) (resource.Quantity, bool) {
	switch v := value.(type) {
	case string:
		q, err := resource.ParseQuantity(v)
		return q, err == nil
	case int64:
		return *resource.NewQuantity(v, resource.DecimalSI), true
	case float64:
		return *resource.NewQuantity(int64(v), resource.DecimalSI), v == float64(int64(v))
	}
	return resource.Quantity{}, false
}

// claimsDiffer compares volumeClaimTemplates.
func claimsDiffer(base, head any) bool {
	return !compare.Equal(claims(base), claims(head))
}

func claims(value any) any {
	list, _ := value.([]any)
	result := make([]any, 0, len(list))
	for _, entry := range list {
		m, ok := normal(entry).(map[string]any)
		if !ok {
			result = append(result, entry)
			continue
		}
		for _, path := range [][]string{{"apiVersion"}, {"kind"}, {"status"}, {"metadata", "creationTimestamp"}} {
			drop(m, path)
		}
		if spec, ok := m["spec"].(map[string]any); ok && isEmpty(spec["volumeMode"]) {
			spec["volumeMode"] = "Filesystem"
		}
		result = append(result, m)
	}
	return result
}

// moved is true if both sides name something, and not the same.
func moved(base, head any) bool {
	return !isEmpty(base) && !isEmpty(head) && !compare.Equal(base, head)
}

// taken is true if the value goes away or becomes another one: what was left
// to a default may be spelled out.
func taken(base, head any) bool { return !isEmpty(base) && !compare.Equal(base, head) }

// firstMoved is moved for the first entry, the primary one.
func firstMoved(base, head any) bool { return moved(first(base), first(head)) }

func first(value any) any {
	if list, ok := value.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return nil
}

// addressMoved is true if a Service gets another address, or loses the one that
// the server gave it. An address that is no longer named stays.
func addressMoved(base, head any) bool {
	return moved(base, head) || isEmpty(base) && (head == "None" || first(head) == "None")
}

// setDiffers compares lists whose order means nothing.
func setDiffers(base, head any) bool {
	b, _ := base.([]any)
	h, _ := head.([]any)
	return !subset(b, h) || !subset(h, b)
}

func subset(list, of []any) bool {
	return !slices.ContainsFunc(list, func(x any) bool { return !slices.Contains(of, x) })
}

// shrinks is true if a request for storage becomes smaller.
func shrinks(base, head any) bool {
	before, ok := quantity(base)
	after, okAfter := quantity(head)
	return ok && okAfter && after.Cmp(before) < 0
}
