package manifest

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
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

// Parse is the function of that name. Its objects are the caller's own.
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

// document reads one YAML document, or copies what it gave before.
func (p *Parser) document(text []byte) (*unstructured.Unstructured, error) {
	read := sync.OnceValue(func() parsed {
		object, err := decode(func(into any) error { return yaml.Unmarshal(text, into) })
		return parsed{object, err}
	})
	known, _ := p.seen.LoadOrStore(string(text), read)
	found := known.(func() parsed)()
	if found.object == nil {
		return nil, found.err
	}
	return found.object.DeepCopy(), nil
}
