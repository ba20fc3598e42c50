package applicationset

import (
	"errors"
	"fmt"
	"maps"
	"regexp"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// Parameters are what generators would get from services that can't be asked:
// by the ApplicationSet, as "namespace/name" or "name", then by the generator's
// place in it: its index from 0, and after a dot that in a matrix or a merge.
type Parameters map[string]map[string][]map[string]any

var indexes = regexp.MustCompile(`^[0-9]+(\.[0-9]+)*$`)

// ParseParameters reads Parameters as YAML. name is the file, for errors.
func ParseParameters(name string, data []byte) (Parameters, error) {
	var p Parameters
	err := yaml.UnmarshalStrict(data, &p)
	for set, generators := range p {
		for index := range generators {
			if !indexes.MatchString(index) {
				err = errors.Join(err, fmt.Errorf("%s: expected a generator's index such as 0 or 0.1, found %q", set, index))
			}
		}
	}
	return p, fault.WithHint(fault.InFile(err, name),
		"Write a map: an ApplicationSet's name, below it a generator's index, counted from 0 and quoted, and below that the list of parameter maps.")
}

// of finds the parameters of a generator.
func (p Parameters) of(set Set, at place) ([]map[string]any, bool) {
	for _, name := range []string{set.Namespace + "/" + set.Name, set.Name} {
		if sets, ok := p[name][at.index]; ok {
			return sets, true
		}
	}
	return nil, false
}

// service gives the parameters that stand in for a service. Without them the
// generator is skipped.
func (e *expansion) service(at place, name string, values map[string]string) ([]parameters, error) {
	given, ok := e.options.Parameters.of(e.set, at)
	if !ok {
		return nil, fault.Skip("%s asks a service that argoplan does not; generator-parameters can hold what it would say", name)
	}
	var all []parameters
	for _, set := range given {
		params := maps.Clone(set)
		if !e.set.spec.GoTemplate {
			params = map[string]any{}
			for key, text := range flatten(set) {
				params[key] = text
			}
		}
		if params == nil {
			params = map[string]any{}
		}
		if err := e.templater.values(values, params); err != nil {
			return nil, err
		}
		all = append(all, parameters{values: params})
	}
	return all, nil
}
