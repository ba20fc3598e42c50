// Package plainyaml reads and writes YAML objects as the YAML library does. Most
// documents use a small part of the language, for which that can be done many
// times faster than for the whole of it, and without a way through JSON: that part
// is done here, and everything else is left to the library, as ever. So nothing is
// decided twice, and errors are the library's.
//
// Plain are block maps and lists, flow ones on one line, scalars without quotes,
// quoted ones on one line, and literal blocks; in text without tabs, tags, anchors,
// merges, and keys that are no strings or there twice.
package plainyaml

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// deepest bounds how far maps and lists lie within each other.
const deepest = 100

// Unmarshal gives what sigs.k8s.io/yaml reads into a map[string]any, whatever the
// text is: the first document, its numbers as float64.
func Unmarshal(text []byte) (object map[string]any, err error) {
	if object, ok := plain(string(text)); ok {
		return object, nil
	}
	err = yaml.Unmarshal(text, &object)
	return object, err
}

// plain is Unmarshal for a plain document.
func plain(text string) (object map[string]any, ok bool) {
	r := reader{text: text}
	if !strings.HasSuffix(text, "\n") {
		r.text, r.cut = text+"\n", true
	}
	if object, ok = r.object(); ok {
		floats(object)
	}
	return object, ok
}

// Read gives the object of a plain document as Kubernetes reads it: whole numbers
// are int64. ok is false for any other text, right or wrong. The object shares the
// text's memory.
func Read(text string) (object map[string]any, ok bool) {
	r := reader{text: text}
	return r.object()
}

// floats makes all numbers float64, in the value itself.
func floats(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, entry := range v {
			v[key] = floats(entry)
		}
	case []any:
		for i, entry := range v {
			v[i] = floats(entry)
		}
	case int64:
		return float64(v)
	}
	return value
}
