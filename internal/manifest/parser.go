package manifest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/plainyaml"
)

// Parser parses as Parse does, and reads a document that several renders share
// only once: most of what base and head print is the same text. It may be used
// by several goroutines, and keeps what it read. A nil Parser keeps nothing.
type Parser struct {
	seen sync.Map // the text of a document to its func() parsed
}

// parsed is what a document holds; object is nil if it holds nothing.
type parsed struct {
	object *unstructured.Unstructured
	err    error
}

// Parse is the function of that name. An object and its metadata are the caller's
// own; what lies below other fields may be shared, and must stay as it is.
func (p *Parser) Parse(data []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	next := p.documents(data)
	for number := 1; ; number++ {
		object, err := next()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return objects, fmt.Errorf("parsing %s: %w", describe(data, number), err)
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
}

// document reads one YAML document, or gives what it gave before.
func (p *Parser) document(text string) (*unstructured.Unstructured, error) {
	if p == nil {
		found := readDocument(text)
		return found.object, found.err
	}
	known, ok := p.seen.Load(text)
	if !ok {
		known, _ = p.seen.LoadOrStore(text, sync.OnceValue(func() parsed { return readDocument(text) }))
	}
	found := known.(func() parsed)()
	if found.object == nil {
		return nil, found.err
	}
	return ownMetadata(found.object), nil
}

// readDocument takes the short way if it can.
func readDocument(text string) parsed {
	if fields, ok := plainyaml.Read(text); ok {
		object := &unstructured.Unstructured{Object: fields}
		if object.GroupVersionKind().Kind != "" { // else the error is below
			return parsed{object, nil}
		}
	}
	object, err := decode(func(into any) error { return yaml.Unmarshal([]byte(text), into) })
	return parsed{object, err}
}

// ownMetadata copies an object as far as Place writes to it, which is all of a
// list.
func ownMetadata(object *unstructured.Unstructured) *unstructured.Unstructured {
	if _, list := object.Object["items"]; list {
		return object.DeepCopy()
	}
	fields := maps.Clone(object.Object)
	if metadata, ok := fields["metadata"].(map[string]any); ok {
		fields["metadata"] = maps.Clone(metadata)
	}
	return &unstructured.Unstructured{Object: fields}
}
