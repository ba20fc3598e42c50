package compare

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// hidden gives an object in which every known secret is masked, and the object
// itself if there is none.
func (c *Comparer) hidden(u *unstructured.Unstructured) *unstructured.Unstructured {
	if c.options.Hide == nil || u == nil {
		return u
	}
	value, changed := c.hide(u.Object)
	if !changed {
		return u
	}
	return &unstructured.Unstructured{Object: value.(map[string]any)}
}

// hide masks the texts in a value, and the numbers that are secrets. Keys are
// left to those who write them. The value is copied where it changes.
func (c *Comparer) hide(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		var result map[string]any
		for key, entry := range v {
			if h, changed := c.hide(entry); changed {
				if result == nil {
					result = maps.Clone(v)
				}
				result[key] = h
			}
		}
		if result != nil {
			return result, true
		}
	case []any:
		var result []any
		for i, entry := range v {
			if h, changed := c.hide(entry); changed {
				if result == nil {
					result = slices.Clone(v)
				}
				result[i] = h
			}
		}
		if result != nil {
			return result, true
		}
	case nil, bool:
	default:
		text := scalar(v)
		if h := c.options.Hide(text); h != text {
			return h, true
		}
	}
	return value, false
}

// hidePair masks both sides of a resource. What differs still differs: where the
// masks make two texts the same, they say which side is which.
func (c *Comparer) hidePair(base, head *unstructured.Unstructured) (b, h *unstructured.Unstructured) {
	if c.options.Hide == nil || !c.holdsHidden(base.Object) && !c.holdsHidden(head.Object) {
		return base, head
	}
	x, y := c.hideBoth("", base.Object, head.Object)
	return &unstructured.Unstructured{Object: x.(map[string]any)}, &unstructured.Unstructured{Object: y.(map[string]any)}
}

// holdsHidden says whether a value holds what is to be masked, or a mask.
func (c *Comparer) holdsHidden(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, entry := range v {
			if c.holdsHidden(entry) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, c.holdsHidden)
	case nil, bool:
	default:
		text := scalar(v)
		return strings.Contains(text, masked) || c.options.Hide(text) != text
	}
	return false
}

// hideBoth masks two values of a field.
func (c *Comparer) hideBoth(field string, base, head any) (b, h any) {
	if equal(base, head) {
		b, _ = c.hide(base)
		h, _ = c.hide(head)
		return b, h
	}
	switch x := base.(type) {
	case map[string]any:
		if y, ok := head.(map[string]any); ok {
			return c.hideMaps(x, y)
		}
	case []any:
		if y, ok := head.([]any); ok {
			return c.hideLists(field, x, y)
		}
	}
	b, _ = c.hide(base)
	h, _ = c.hide(head)
	if equal(b, h) {
		return markHidden(b, maskedBefore), markHidden(h, maskedAfter)
	}
	return b, h
}

func (c *Comparer) hideMaps(base, head map[string]any) (b, h map[string]any) {
	b, h = maps.Clone(base), maps.Clone(head)
	for key, value := range base {
		if other, both := head[key]; both {
			b[key], h[key] = c.hideBoth(key, value, other)
		} else {
			b[key], _ = c.hide(value)
		}
	}
	for key, value := range head {
		if _, both := base[key]; !both {
			h[key], _ = c.hide(value)
		}
	}
	return b, h
}

// markHidden says of which side a masked text is.
func markHidden(value any, as string) any {
	if text, ok := value.(string); ok {
		return strings.ReplaceAll(text, masked, as)
	}
	return value
}

// Secrets gives the values that are masked in these objects, each as it is
// meant: decoded where it stands in base64. They may be hidden elsewhere.
func (c *Comparer) Secrets(objects []*unstructured.Unstructured) []string {
	var values []string
	for _, u := range objects {
		if u == nil || !c.isMasked(u.Object) {
			continue
		}
		c.mask(u, func(p position, value any) string {
			text := scalar(value)
			if plain, ok := strings.CutPrefix(string(plainBytes(p, value)), "content "); ok {
				text = plain
			}
			values = append(append(values, text), c.applied(p, text)...)
			return masked
		})
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// applied gives the values of the Secret that kubectl's annotation holds.
func (c *Comparer) applied(p position, text string) []string {
	var object map[string]any
	if !strings.HasSuffix(string(p), "\x00"+lastApplied) || json.Unmarshal([]byte(text), &object) != nil {
		return nil
	}
	object = maps.Clone(object)
	object["kind"] = "Secret"
	delete(object, "metadata") // it can't hold itself
	return c.Secrets([]*unstructured.Unstructured{{Object: object}})
}
