// Package manifest turns a tool's output into Kubernetes objects the way Argo
// CD does: it parses, expands lists, fills in namespaces and checks metadata.
// Objects stay in the order in which the tool gave them.
package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// lookAhead is how far the decoder reads to tell JSON from YAML, as in
// gitops-engine's SplitYAML.
const lookAhead = 4096

// Parse reads a stream of YAML or JSON documents. Empty, comment-only and null
// documents are dropped; a document that is not an object with a kind is an
// error that names the document's number, counted from 1, and the template it
// came from if a "# Source:" comment tells; the objects before it are given
// too. The rules are those of gitops-engine's pkg/utils/kube.SplitYAML. Values
// never appear in an error: a document may be a Secret.
func Parse(data []byte) ([]*unstructured.Unstructured, error) {
	return (*Parser)(nil).Parse(data)
}

// documents gives the objects of a stream one after another: nil for a document
// that holds none, io.EOF behind the last.
func (p *Parser) documents(data []byte) func() (*unstructured.Unstructured, error) {
	if _, _, json := yaml.GuessJSONStream(bytes.NewReader(data), lookAhead); json {
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), lookAhead)
		return func() (*unstructured.Unstructured, error) { return decode(decoder.Decode) }
	}
	next := split(data)
	return func() (*unstructured.Unstructured, error) {
		text, err := next()
		if err != nil {
			return nil, err
		}
		return p.document(text)
	}
}

// decode reads one document by a decoder's method.
func decode(read func(any) error) (*unstructured.Unstructured, error) {
	var raw runtime.RawExtension
	if err := read(&raw); err != nil {
		return nil, err
	}
	return Decode(bytes.TrimSpace(raw.Raw))
}

// Decode reads one JSON value without space around it. It gives nil for one
// that holds nothing; all but an object with a kind is an error, in which no
// values appear.
func Decode(raw []byte) (*unstructured.Unstructured, error) {
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	if raw[0] != '{' {
		return nil, fmt.Errorf("expected an object, found %s", jsonType(raw[0]))
	}
	object := &unstructured.Unstructured{}
	err := object.UnmarshalJSON(raw)
	if runtime.IsMissingKind(err) {
		return nil, missingKind(raw)
	}
	if err != nil {
		return nil, err
	}
	return object, nil
}

// jsonType names a JSON value by its first byte.
func jsonType(first byte) string {
	switch first {
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	}
	return "a number"
}

// missingKind says which object has no kind, as far as it can be told.
func missingKind(raw []byte) error {
	var head struct {
		Metadata struct {
			Name any `json:"name"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || head.Metadata.Name == nil {
		return errors.New("the object has no kind")
	}
	return fmt.Errorf("the object named %v has no kind", head.Metadata.Name)
}
