package conformance

import (
	"fmt"
	"os"
	"path"

	"sigs.k8s.io/yaml"
)

// Known is a difference that is understood and stays.
type Known struct {
	// Case is a pattern of names, as in path.Match.
	Case   string `json:"case"`
	Reason string `json:"reason"`
	Link   string `json:"link"`
}

// readKnown reads known.yaml. Each entry needs all three fields.
func readKnown(file string) ([]Known, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []Known
	if err := yaml.UnmarshalStrict(data, &list); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	for _, k := range list {
		if _, err := path.Match(k.Case, ""); err != nil || k.Case == "" || k.Reason == "" || k.Link == "" {
			return nil, fmt.Errorf("reading %s: expected case, reason and link, found %+v", file, k)
		}
	}
	return list, nil
}

// find gives the entry for a case.
func find(list []Known, name string) *Known {
	for i := range list {
		if ok, _ := path.Match(list[i].Case, name); ok {
			return &list[i]
		}
	}
	return nil
}
