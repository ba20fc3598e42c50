package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	apiyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// ksops is started in two ways: with its configuration's file as an argument,
// as kustomize starts its older plugins, and with a ResourceList on standard
// input.
func (c Call) ksops(_ context.Context, args []string) error {
	if len(args) > 0 {
		config, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		text, err := Generate(config, os.ReadFile)
		if err == nil {
			_, err = c.Stdout.Write(text)
		}
		return err
	}
	return c.function()
}

// function answers a ResourceList with one of the generated objects.
func (c Call) function() error {
	input, err := io.ReadAll(c.Stdin)
	if err != nil {
		return err
	}
	var list struct {
		APIVersion     string          `json:"apiVersion"`
		FunctionConfig json.RawMessage `json:"functionConfig"`
	}
	if err := yaml.Unmarshal(input, &list); err != nil {
		return fmt.Errorf("reading a ResourceList from standard input: %w", err)
	}
	if len(list.FunctionConfig) == 0 {
		return errors.New("expected a ResourceList with a functionConfig on standard input, or a file as the argument")
	}
	text, err := Generate(list.FunctionConfig, os.ReadFile)
	if err != nil {
		return err
	}
	items, err := objects(text)
	if err != nil {
		return err
	}
	out, err := yaml.Marshal(map[string]any{"apiVersion": list.APIVersion, "kind": "ResourceList", "items": items})
	if err == nil {
		_, err = c.Stdout.Write(out)
	}
	return err
}

// objects reads YAML documents.
func objects(text []byte) ([]any, error) {
	var list []any
	decoder := apiyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var object map[string]any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if object != nil {
			list = append(list, object)
		}
	}
}
