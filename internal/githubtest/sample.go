package githubtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// sample gives the least value that a component of GitHub's description allows,
// with own values in place of the made-up ones. It keeps the fake's answers
// whole without repeating every field here.
func sample(component string, own map[string]any) map[string]any {
	doc, err := description()
	if err != nil || doc.Components.Schemas[component] == nil {
		return own // the check of the answer will say so
	}
	made, _ := least(doc.Components.Schemas[component].Value).(map[string]any)
	maps.Copy(made, own)
	return made
}

// least gives a value with nothing but what is required.
func least(s *openapi3.Schema) any {
	switch {
	case s.Nullable:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.AllOf) > 0:
		return least(s.AllOf[0].Value)
	case len(s.OneOf) > 0:
		return least(s.OneOf[0].Value)
	case len(s.AnyOf) > 0:
		return least(s.AnyOf[0].Value)
	case s.Type.Is("object"), s.Type == nil:
		return leastObject(s)
	case s.Type.Is("array"):
		return []any{}
	case s.Type.Is("integer"), s.Type.Is("number"):
		return 1
	case s.Type.Is("boolean"):
		return false
	}
	return leastText(s.Format)
}

func leastObject(s *openapi3.Schema) map[string]any {
	made := map[string]any{}
	for _, name := range slices.Sorted(slices.Values(s.Required)) {
		if property := s.Properties[name]; property != nil {
			made[name] = least(property.Value)
		}
	}
	return made
}

func leastText(format string) string {
	switch format {
	case "uri":
		return "https://api.github.com/x"
	case "date-time":
		return "2026-01-02T03:04:05Z"
	case "email":
		return "a@example.com"
	}
	return "x"
}

func decode(body []byte) (any, error) {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return value, nil
}
