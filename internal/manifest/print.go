package manifest

import (
	"bytes"
	"fmt"
	"math"
	"unicode/utf8"

	goyaml "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// YAML prints objects in their order, keys sorted, with "---" between
// documents. Equal objects give equal bytes.
func YAML(objects []*unstructured.Unstructured) []byte {
	return (&Printer{}).YAML(objects)
}

// Printer prints an object that several renders share only once. It may not be
// used by several goroutines, and expects that what it printed stays as it is.
type Printer struct {
	texts map[*unstructured.Unstructured][]byte
}

// YAML prints objects as the function of that name does.
func (p *Printer) YAML(objects []*unstructured.Unstructured) []byte {
	if p.texts == nil {
		p.texts = map[*unstructured.Unstructured][]byte{}
	}
	var out bytes.Buffer
	for i, object := range objects {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, ok := p.texts[object]
		if !ok {
			text = document(object)
			p.texts[object] = text
		}
		out.Write(text)
	}
	return out.Bytes()
}

// document prints one object. An error stands in its place as a comment: only a
// value that no parser gives gets there.
func document(object *unstructured.Unstructured) []byte {
	if text, ok := write(object.Object); ok {
		return text
	}
	marshal := yaml.Marshal
	if prints(object.Object) {
		marshal = goyaml.Marshal
	}
	text, err := marshal(object.Object)
	if err != nil {
		return fmt.Appendf(nil, "# %s cannot be printed: %v\n", nameOf(object), err)
	}
	return text
}

// prints says whether the YAML library prints a value as it would after a way
// through JSON, which makes the spelling of numbers and broken text uniform and
// takes twice the time.
func prints(value any) bool {
	switch v := value.(type) {
	case nil, bool, int64:
		return true
	case string:
		return utf8.ValidString(v)
	case float64:
		return v != math.Trunc(v)
	case []any:
		for _, item := range v {
			if !prints(item) {
				return false
			}
		}
		return true
	case map[string]any:
		for key, item := range v {
			if !utf8.ValidString(key) || !prints(item) {
				return false
			}
		}
		return true
	}
	return false
}
