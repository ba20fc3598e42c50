package applicationset

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// parameters is one set of parameters, and the files and directories of this
// repository that it was read from; a directory ends with a slash.
type parameters struct {
	values map[string]any
	inputs []string
}

// transformed is what one kind in an entry gives.
type transformed struct {
	params   []parameters
	template application // the generator's own
}

// place is where a generator stands: its index, and those of the combinations
// around it, such as "0.1"; and in how many combinations that is.
type place struct {
	index string
	depth int
}

func (p place) child(i int) place { return place{fmt.Sprintf("%s.%d", p.index, i), p.depth + 1} }

// maxDepth is where a combination may not hold another one.
const maxDepth = 2

// kind is one generator of an entry.
type kind struct {
	name     string
	template application
	params   func(ctx context.Context, at place, g generator) ([]parameters, error)
}

// all gives what is set in an entry, in Argo CD's order.
func (e *expansion) all(g generator) (kinds []kind) {
	add := func(set bool, name string, template func() application, params func(context.Context, place, generator) ([]parameters, error)) {
		if set {
			kinds = append(kinds, kind{name, template(), params})
		}
	}
	service := func(s *serviceGenerator, name string) {
		add(s != nil, name, func() application { return s.Template },
			func(_ context.Context, at place, _ generator) ([]parameters, error) {
				return e.service(at, name, s.Values)
			})
	}
	add(g.List != nil, "list", func() application { return g.List.Template }, e.list)
	add(g.Clusters != nil, "clusters", func() application { return g.Clusters.Template }, e.clusters)
	add(g.Git != nil, "git", func() application { return g.Git.Template }, e.git)
	service(g.SCMProvider, "scmProvider")
	service(g.ClusterDecisionResource, "clusterDecisionResource")
	service(g.PullRequest, "pullRequest")
	add(g.Matrix != nil, "matrix", func() application { return g.Matrix.Template }, e.matrix)
	add(g.Merge != nil, "merge", func() application { return g.Merge.Template }, e.merge)
	service(g.Plugin, "plugin")
	service(g.OCI, "oci")
	return kinds
}

// kinds names what is set in an entry, for a message.
func (g generator) kinds() string {
	var names []string
	for _, k := range (&expansion{}).all(g) {
		names = append(names, k.name)
	}
	if len(names) == 0 {
		return "unknown"
	}
	return strings.Join(names, ", ")
}

// transform gives the parameters of all kinds in an entry, filtered by its
// selector. outer are the parameters of a matrix's first child: they are filled
// in before the generator runs, though not in the selector.
func (e *expansion) transform(ctx context.Context, at place, g generator, outer map[string]any) ([]transformed, error) {
	if at.depth >= maxDepth {
		g.Matrix, g.Merge = nil, nil // Argo CD's types have none here
	}
	selector, err := newSelector(g.Selector)
	if err != nil {
		return nil, err
	}
	kinds := e.all(g)
	if len(outer) > 0 {
		filled, err := e.templater.interpolate(g, outer)
		if err != nil {
			return nil, err
		}
		g = filled
		for i, k := range e.all(g) { // the same kinds, with filled texts
			kinds[i].params = k.params
		}
	}
	var all []transformed
	var errs []error
	for _, k := range kinds {
		params, err := k.params(ctx, at, g)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, transformed{selector.filter(params), k.template})
	}
	return all, firstError(errs)
}

// firstError prefers a failure to "skipped, because".
func firstError(errs []error) error {
	for _, err := range errs {
		var skip *fault.Unsupported
		if !errors.As(err, &skip) {
			return err
		}
	}
	if len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// child runs a generator inside a combination, where there is exactly one kind.
func (e *expansion) child(ctx context.Context, at place, g generator, outer map[string]any) ([]parameters, error) {
	made, err := e.transform(ctx, at, g, outer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", g.kinds(), err)
	case len(made) == 0:
		return nil, errors.New("expected a generator, found none that is known or may be nested this deep")
	case len(made) > 1:
		return nil, errors.New("expected one generator in an entry of a combination, found several")
	}
	return made[0].params, nil
}

// interpolate fills parameters into a generator. In the map "values" a template
// may wait for parameters that the generator itself will give: it stays as it
// is when a key is missing.
func (t templater) interpolate(g generator, params map[string]any) (generator, error) {
	var copied, filled generator
	if err := convert(g, &copied); err != nil {
		return g, err
	}
	var kept []map[string]string
	for _, values := range copied.values() {
		kept = append(kept, *values)
		*values = nil
	}
	if err := t.rendered(copied, &filled, params); err != nil {
		return g, fmt.Errorf("filling in the parameters of the first generator: %w", err)
	}
	for i, values := range filled.values() {
		if kept[i] == nil {
			continue
		}
		*values = map[string]string{}
		for key, text := range kept[i] {
			value, err := t.early(text, params)
			if err != nil {
				return g, fmt.Errorf("filling in values.%s: %w", key, err)
			}
			(*values)[key] = value
		}
	}
	return filled, nil
}

// early renders a text for which some parameters may not be known yet.
func (t templater) early(text string, params map[string]any) (string, error) {
	if !t.goTemplate {
		return replaceTags(text, params)
	}
	value, err := t.execute(text, params, []string{"missingkey=error"})
	if isMissingKey(err) {
		return text, nil
	}
	return value, err
}

// values gives the maps of that name in a generator and in those inside it.
func (g *generator) values() (maps []*map[string]string) {
	if g.Clusters != nil {
		maps = append(maps, &g.Clusters.Values)
	}
	if g.Git != nil {
		maps = append(maps, &g.Git.Values)
	}
	for _, s := range []*serviceGenerator{g.SCMProvider, g.ClusterDecisionResource, g.PullRequest, g.Plugin, g.OCI} {
		if s != nil {
			maps = append(maps, &s.Values)
		}
	}
	for _, c := range []*combination{g.Matrix, g.Merge} {
		if c == nil {
			continue
		}
		for i := range c.Generators {
			maps = append(maps, c.Generators[i].values()...)
		}
	}
	return maps
}
