package applicationset

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/yaml"
)

// list gives the elements, then those of elementsYaml. In the plain mode an
// element's values are strings, except for the map "values".
func (e *expansion) list(_ context.Context, _ place, g generator) ([]parameters, error) {
	var all []parameters
	for i, element := range g.List.Elements {
		m, ok := element.(map[string]any)
		if !ok && element != nil {
			return nil, fmt.Errorf("element %d: expected a map, found %T", i+1, element)
		}
		if !e.set.spec.GoTemplate {
			var err error
			if m, err = plainElement(m); err != nil {
				return nil, fmt.Errorf("element %d: %w", i+1, err)
			}
		}
		all = append(all, parameters{values: m})
	}
	var more []map[string]any
	if err := yaml.Unmarshal([]byte(g.List.ElementsYaml), &more); err != nil {
		return nil, fmt.Errorf("elementsYaml: expected a list of maps: %w", err)
	}
	for _, m := range more {
		all = append(all, parameters{values: m})
	}
	return all, nil
}

func plainElement(element map[string]any) (map[string]any, error) {
	params := map[string]any{}
	for key, value := range element {
		inner, isMap := value.(map[string]any)
		switch {
		case key == "values" && !isMap:
			return nil, errors.New("expected values to be a map")
		case key != "values":
			inner = map[string]any{"": value}
		}
		for name, v := range inner {
			text, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("expected %s to be a string, found %v; quote it, or use goTemplate", joinKey(key, name), v)
			}
			params[joinKey(key, name)] = text
		}
	}
	return params, nil
}

func joinKey(key, name string) string {
	if key == "values" {
		return key + "." + name
	}
	return key
}
