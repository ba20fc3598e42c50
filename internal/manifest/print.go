package manifest

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf8"

	goyaml "go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/plainyaml"
)

// YAML prints objects in their order, keys sorted, with "---" between
// documents. Equal objects give equal bytes.
func YAML(objects []*unstructured.Unstructured) []byte {
	var out bytes.Buffer
	_ = NewPrinter(objects).YAML(&out, objects) // a buffer takes all
	return out.Bytes()
}

// Printer prints an object that several renders share only once. It may not be
// used by several goroutines, and expects that what it printed stays as it is.
type Printer struct {
	// texts are those of shared objects, nil as long as they are not printed.
	texts map[*unstructured.Unstructured][]byte
	out   []byte // of one object after another
}

// NewPrinter makes a Printer for renders.
func NewPrinter(renders ...[]*unstructured.Unstructured) *Printer {
	p, seen := &Printer{texts: map[*unstructured.Unstructured][]byte{}}, map[*unstructured.Unstructured]bool{}
	for _, object := range slices.Concat(renders...) {
		if seen[object] {
			p.texts[object] = nil
		}
		seen[object] = true
	}
	return p
}

// YAML prints objects as the function of that name does.
func (p *Printer) YAML(w io.Writer, objects []*unstructured.Unstructured) error {
	for i, object := range objects {
		if i > 0 {
			if _, err := io.WriteString(w, "---\n"); err != nil {
				return err
			}
		}
		if _, err := w.Write(p.text(object)); err != nil {
			return err
		}
	}
	return nil
}

// text gives what stands for an object until the next call.
func (p *Printer) text(object *unstructured.Unstructured) []byte {
	text, shared := p.texts[object]
	if text != nil {
		return text
	}
	p.out = appendDocument(p.out[:0], object)
	if shared {
		p.texts[object] = slices.Clone(p.out)
	}
	return p.out
}

// appendDocument adds one object to a text. An error stands in its place as a comment: only a
// value that no parser gives gets there.
func appendDocument(to []byte, object *unstructured.Unstructured) []byte {
	if text, ok := plainyaml.Append(to, object.Object); ok {
		return text
	}
	marshal := yaml.Marshal
	if prints(object.Object) {
		marshal = goyaml.Marshal
	}
	text, err := marshal(object.Object)
	if err != nil {
		return fmt.Appendf(to, "# %s cannot be printed: %v\n", nameOf(object), err)
	}
	return append(to, text...)
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
