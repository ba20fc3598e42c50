package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/manifest"
)

// parse reads the objects of a YAML or JSON file.
func (f manifestFile) parse(parser *manifest.Parser) ([]*unstructured.Unstructured, error) {
	if strings.HasSuffix(f.name, ".json") {
		return parseJSON(f.text)
	}
	return parseYAML(parser, f.text)
}

// parseYAML takes a file whose first document can't be read for something
// else than manifests, such as a values file, and gives nothing for it. It is
// an error once a document before was good, or if the text holds all words that
// make a manifest (reference: repository.go:getObjsFromYAMLOrJSON).
func parseYAML(parser *manifest.Parser, text []byte) ([]*unstructured.Unstructured, error) {
	objects, err := parser.Parse(text)
	if err == nil {
		return objects, nil
	}
	if len(objects) == 0 && !looksLikeManifest(text) {
		return nil, nil
	}
	return nil, fault.WithHint(fmt.Errorf("reading manifests: %w", err),
		"If the file holds no manifests, name it in directory.exclude or write the comment # %s into it.", skipMarker)
}

func looksLikeManifest(text []byte) bool {
	for _, word := range []string{"apiVersion:", "kind:", "metadata:"} {
		if !bytes.Contains(text, []byte(word)) {
			return false
		}
	}
	return true
}

// parseJSON reads exactly one object. Argo CD lets one without a kind pass
// here and refuses it when it compares; both are one error for a reader.
func parseJSON(text []byte) ([]*unstructured.Unstructured, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var raw json.RawMessage
	err := decoder.Decode(&raw)
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty")
	}
	if err == nil && decoder.More() {
		err = errors.New("found multiple objects, only single objects are allowed in JSON files")
	}
	var object *unstructured.Unstructured
	if err == nil {
		object, err = manifest.Decode(raw)
	}
	if err == nil && object == nil {
		err = errors.New("expected an object, found null")
	}
	if err != nil {
		return nil, fault.WithHint(fmt.Errorf("reading a manifest: %w", err),
			"Argo CD takes every *.json file of a plain directory for one manifest; name others in directory.exclude.")
	}
	return []*unstructured.Unstructured{object}, nil
}
