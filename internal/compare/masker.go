package compare

import (
	"maps"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// mask copies what it replaces, and only that.
func (c *Comparer) mask(u *unstructured.Unstructured, replace func(position, any) string) *unstructured.Unstructured {
	m := masker{replace: replace, annotations: append([]string{lastApplied}, c.options.SensitiveAnnotations...), rules: c.options.Redact, done: map[position]bool{}}
	return &unstructured.Unstructured{Object: m.object("", u.Object)}
}

type masker struct {
	replace     func(position, any) string
	annotations []string
	rules       []Rule
	done        map[position]bool // a value that two rules name is masked once
}

// object masks the object that lies at a position, "" for the outermost.
func (m masker) object(at position, object map[string]any) map[string]any {
	result := maps.Clone(object)
	if isSecret(object) {
		m.secret(at, object, result)
	}
	for _, r := range m.rules {
		switch {
		case !r.concerns(object):
		case len(r.Path) > 0:
			result, _ = m.below(at, result, r.Path).(map[string]any)
		default:
			m.whole(at, result)
		}
	}
	return result
}

// secret masks a Secret, or the items of a list.
func (m masker) secret(at position, object, result map[string]any) {
	if kind := scalar(object["kind"]); kind != "Secret" {
		result["items"] = m.items(at.join("items"), object["items"], kind == "SecretList")
		return
	}
	for _, field := range []string{"data", "stringData", "binaryData"} {
		if value, ok := object[field]; ok {
			result[field] = m.value(at.join(field), value)
		}
	}
	if metadata, ok := object["metadata"]; ok {
		result["metadata"] = m.metadata(at.join("metadata"), metadata)
	}
}

// whole masks all but what tells which resource it is.
func (m masker) whole(at position, result map[string]any) {
	for key, value := range result {
		if key != "apiVersion" && key != "kind" && key != "metadata" {
			result[key] = m.value(at.join(key), value)
		}
	}
}

// below masks what a path leads to.
func (m masker) below(at position, value any, steps []string) any {
	if len(steps) == 0 {
		return m.value(at, value)
	}
	switch v := value.(type) {
	case map[string]any:
		result := maps.Clone(v)
		for key, entry := range v {
			if steps[0] == "*" || steps[0] == key {
				result[key] = m.below(at.join(key), entry, steps[1:])
			}
		}
		return result
	case []any:
		result := slices.Clone(v)
		for i, entry := range v {
			if steps[0] == "*" || steps[0] == strconv.Itoa(i) {
				result[i] = m.below(at.join(strconv.Itoa(i)), entry, steps[1:])
			}
		}
		return result
	}
	return value
}

// items masks the Secrets in a list. In a SecretList an item may leave out its
// kind; what isn't even an object there is masked whole.
func (m masker) items(at position, items any, secrets bool) any {
	list, ok := items.([]any)
	if !ok && secrets {
		return m.value(at, items)
	}
	if !ok {
		return items
	}
	result := slices.Clone(list)
	for i, item := range list {
		object, ok := item.(map[string]any)
		position := at.join(strconv.Itoa(i))
		switch {
		case !ok && secrets:
			result[i] = m.value(position, item)
		case secrets:
			result[i] = m.object(position, withKind(object, "Secret"))
		case ok && (isSecret(object) || slices.ContainsFunc(m.rules, func(r Rule) bool { return r.concerns(object) })):
			result[i] = m.object(position, object)
		}
	}
	return result
}

func withKind(object map[string]any, kind string) map[string]any {
	result := maps.Clone(object)
	result["kind"] = kind
	return result
}

// metadata masks the sensitive annotations; where metadata or annotations
// aren't maps, all that is in there.
func (m masker) metadata(at position, metadata any) any {
	fields, ok := metadata.(map[string]any)
	if !ok {
		return m.value(at, metadata)
	}
	annotations, ok := fields["annotations"]
	if !ok {
		return metadata
	}
	result := maps.Clone(fields)
	result["annotations"] = m.annotated(at.join("annotations"), annotations)
	return result
}

func (m masker) annotated(at position, annotations any) any {
	values, ok := annotations.(map[string]any)
	if !ok {
		return m.value(at, annotations)
	}
	result := maps.Clone(values)
	for _, name := range m.annotations {
		if value, ok := values[name]; ok {
			result[name] = m.value(at.join(name), value)
		}
	}
	return result
}

// value replaces every scalar in value. A null holds no secret and stays.
func (m masker) value(at position, value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, entry := range v {
			result[key] = m.value(at.join(key), entry)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			result[i] = m.value(at.join(strconv.Itoa(i)), entry)
		}
		return result
	}
	if m.done[at] {
		return value
	}
	m.done[at] = true
	return m.replace(at, value)
}
