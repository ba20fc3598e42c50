package applicationset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"dario.cat/mergo"

	"github.com/argoplan/argoplan/internal/fault"
)

// matrix gives every pair of the first and the second child's parameters. The
// second child is filled in with each set of the first.
func (e *expansion) matrix(ctx context.Context, at place, g generator) ([]parameters, error) {
	children := g.Matrix.Generators
	if len(children) != 2 {
		return nil, fmt.Errorf("expected two generators, found %d", len(children))
	}
	first, err := e.child(ctx, at.child(0), children[0], nil)
	if err != nil {
		return nil, fmt.Errorf("first generator: %w", err)
	}
	var all []parameters
	for _, a := range first {
		second, err := e.child(ctx, at.child(1), children[1], a.values)
		if err != nil {
			return nil, fmt.Errorf("second generator: %w", err)
		}
		for _, b := range second {
			values, err := e.pair(a.values, b.values)
			if err != nil {
				return nil, err
			}
			all = append(all, parameters{values, union(a.inputs, b.inputs)})
		}
	}
	return all, nil
}

// pair joins two sets: the first wins, map by map. In the plain mode all becomes
// text, and the two may not differ.
func (e *expansion) pair(first, second map[string]any) (map[string]any, error) {
	joined := map[string]any{}
	if e.set.spec.GoTemplate {
		err := mergeInto(&joined, second)
		if err == nil {
			err = mergeInto(&joined, first)
		}
		return joined, err
	}
	for key, value := range first {
		joined[key] = fmt.Sprint(value)
	}
	for _, key := range slices.Sorted(maps.Keys(second)) {
		text := fmt.Sprint(second[key])
		if have, ok := joined[key]; ok && have != text {
			return nil, fmt.Errorf("expected %s to be the same in both generators, found %q and %q", key, have, text)
		}
		joined[key] = text
	}
	return joined, nil
}

// merge takes the first child's sets, and overrides each with the later
// children's sets that have the same merge keys. Argo CD's order is random;
// here it is the first child's.
func (e *expansion) merge(ctx context.Context, at place, g generator) ([]parameters, error) {
	children := g.Merge.Generators
	if len(children) < 2 {
		return nil, fmt.Errorf("expected two or more generators, found %d", len(children))
	}
	sets := make([][]parameters, len(children))
	for i, child := range children {
		var err error
		if sets[i], err = e.child(ctx, at.child(i), child, nil); err != nil {
			return nil, fmt.Errorf("generator %d: %w", i+1, err)
		}
	}
	base := sets[0]
	places, err := byKey(g.Merge.MergeKeys, base)
	if err != nil {
		return nil, err
	}
	for _, later := range sets[1:] {
		overrides, err := byKey(g.Merge.MergeKeys, later)
		if err != nil {
			return nil, err
		}
		for key, i := range overrides {
			if to, ok := places[key]; ok {
				if err := e.override(&base[to], later[i]); err != nil {
					return nil, err
				}
			}
		}
	}
	return base, nil
}

func (e *expansion) override(base *parameters, with parameters) error {
	base.inputs = union(base.inputs, with.inputs)
	if e.set.spec.GoTemplate {
		return mergeInto(&base.values, with.values)
	}
	maps.Copy(base.values, with.values)
	return nil
}

// mergeInto adds one set to another, map by map. The library panics where the
// maps hold different types, such as the values of a clusters generator, which
// are text, and those of a list; so it does in Argo CD, which then generates
// nothing.
func mergeInto(to *map[string]any, from map[string]any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.WithHint(fmt.Errorf("expected maps of the same type in both generators: %v", p),
				"The values of clusters and Git generators are text; give the other generator another name for its map.")
		}
	}()
	return mergo.Merge(to, from, mergo.WithOverride)
}

// byKey finds sets by the values of their merge keys, which must tell them
// apart. A key is looked up at the top only.
func byKey(keys []string, sets []parameters) (map[string]int, error) {
	if len(keys) == 0 {
		return nil, errors.New("expected mergeKeys, found none")
	}
	places := make(map[string]int, len(sets))
	for i, set := range sets {
		values := map[string]any{}
		for _, key := range keys {
			values[key] = set.values[key]
		}
		text, err := json.Marshal(values)
		if err != nil {
			return nil, fmt.Errorf("reading the merge keys: %w", err)
		}
		if _, ok := places[string(text)]; ok {
			return nil, fmt.Errorf("expected mergeKeys that tell each generator's parameters apart, found %s twice", text)
		}
		places[string(text)] = i
	}
	return places, nil
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
