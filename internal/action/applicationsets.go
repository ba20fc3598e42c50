package action

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/argoplan/argoplan/internal/applicationset"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// sets expands the ApplicationSets of both sides: those that stand in the trees,
// and those that Applications render.
type sets struct {
	d        *comparison
	options  applicationset.Options
	clusters []argocd.ClusterSecret // those of the input; nil without it
	// known is by the ApplicationSet's namespace and name, for base and head.
	known    [2]map[argocd.ID]*expanded
	problems [2][]report.Warning
	// rendered are the cluster Secrets that Applications render.
	rendered [2][]argocd.ClusterSecret
}

// expanded is one ApplicationSet at one side.
type expanded struct {
	applicationset.Result
	set    applicationset.Set
	object map[string]any
	// parent is the Application that renders it, nil if it stands in the tree.
	parent *argocd.ID
	// doubled says which of its Applications are written out, too.
	doubled []string
}

func (d *comparison) newSets(fetcher *source.Fetcher) (*sets, error) {
	own := d.repository()
	s := &sets{d: d, options: applicationset.Options{
		Own:          func(repoURL, revision string) bool { return own.Is(repoURL) && own.Follows(revision) },
		Repositories: otherRepositories{fetcher}, ControlPlane: d.in.controlPlane, Listings: applicationset.NewListings(),
	}}
	for _, name := range d.in.clusters {
		data, err := d.readInput(name)
		if err == nil {
			var found []argocd.ClusterSecret
			found, err = argocd.ReadClusterSecrets(name, data)
			s.clusters = append(s.clusters, found...)
		}
		if err != nil {
			return nil, fmt.Errorf("%w clusters: %w", errUsage, err)
		}
	}
	if d.in.generatorParameters == "" {
		return s, nil
	}
	data, err := d.readInput(d.in.generatorParameters)
	if err == nil {
		s.options.Parameters, err = applicationset.ParseParameters(d.in.generatorParameters, data)
	}
	if err != nil {
		return nil, fmt.Errorf("%w generator-parameters: %w", errUsage, err)
	}
	return s, nil
}

// readInput reads a file that an input names, relative to the repository.
func (d *comparison) readInput(name string) ([]byte, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(d.in.repo, name)
	}
	return os.ReadFile(name)
}

// otherRepositories are those that the run fetches.
type otherRepositories struct{ fetcher *source.Fetcher }

// Git fetches a revision.
func (o otherRepositories) Git(ctx context.Context, repoURL, revision string) (string, error) {
	tree, err := o.fetcher.Git(ctx, repoURL, revision, "")
	return tree.Dir, err
}

// side expands the ApplicationSets that stand in the tree of one side, 0 for
// base and 1 for head, and gives their Applications. One that is written out,
// too, stays as it is written.
func (s *sets) side(ctx context.Context, index int) (made []argocd.Application) {
	objects, problems := s.d.files[index].ApplicationSets()
	s.problems[index] = warningsOf(sideName(index), problems)
	s.known[index] = map[argocd.ID]*expanded{}
	written := map[argocd.ID]*argocd.Application{}
	for i := range s.d.found[index].Applications {
		a := &s.d.found[index].Applications[i]
		written[a.ID(s.d.in.controlPlane)] = a
	}
	options := s.at(index)
	for _, object := range objects {
		e := s.again(index, object)
		if e == nil {
			e = s.expand(ctx, object.Object, object.File, object.Line, options)
		}
		s.known[index][s.idOf(e.set)] = e
		for _, a := range e.Applications {
			if other := written[a.ID(s.d.in.controlPlane)]; other != nil {
				e.double(a, other)
				continue
			}
			made = append(made, a)
			written[a.ID(s.d.in.controlPlane)] = &made[len(made)-1]
		}
	}
	return made
}

// again gives what base expanded an ApplicationSet to, if that must be the same at
// head: it reads nothing, and stands there as it stood.
func (s *sets) again(index int, object argocd.SetObject) *expanded {
	if index == 0 {
		return nil
	}
	set, err := applicationset.Parse(object.Object, object.File, object.Line)
	base := s.known[0][s.idOf(set)]
	if err != nil || base == nil || base.set.File != object.File || base.set.Line != object.Line || !set.Constant() ||
		!reflect.DeepEqual(base.object, object.Object) {
		return nil
	}
	return &expanded{set: set, object: object.Object, Result: base.Result}
}

// at gives what generators read at one side.
func (s *sets) at(index int) applicationset.Options {
	files, o := s.d.files[index], s.options
	o.Tree = s.d.trees.files[index]
	o.Doublestar = files.NewGitFileGlobbing()
	if o.Clusters = s.clusters; o.Clusters == nil {
		found, problems := files.ClusterSecrets()
		o.Clusters = withClusters(found, s.rendered[index])
		s.problems[index] = append(s.problems[index], warningsOf(sideName(index), problems)...)
	}
	return o
}

func (s *sets) expand(ctx context.Context, object map[string]any, file string, line int, o applicationset.Options) *expanded {
	set, err := applicationset.Parse(object, file, line)
	e := &expanded{set: set, object: object, Result: applicationset.Result{Err: err}}
	if err == nil {
		e.Result = applicationset.Expand(ctx, set, o)
	}
	return e
}

// render takes over an ApplicationSet that an Application renders, which is the
// one that reaches the cluster, whether or not the tree has it, too. It gives nil
// for one that another Application renders already.
func (s *sets) render(ctx context.Context, index int, object map[string]any, parent *argocd.Application) *expanded {
	id := parent.ID(s.d.in.controlPlane)
	set, _ := applicationset.Parse(object, parent.File, parent.Line)
	known := s.known[index][s.idOf(set)]
	switch {
	case known == nil:
		known = s.expand(ctx, object, parent.File, parent.Line, s.at(index))
	case known.parent != nil:
		return nil
	case !reflect.DeepEqual(known.object["spec"], object["spec"]):
		known = s.expand(ctx, object, known.set.File, known.set.Line, s.at(index))
	}
	known.parent = &id
	s.known[index][s.idOf(set)] = known
	return known
}

func sideName(index int) report.Side { return []report.Side{report.Base, report.Head}[index] }

func (s *sets) idOf(set applicationset.Set) argocd.ID { return s.id(set.Namespace, set.Name) }

func (s *sets) id(namespace, name string) argocd.ID {
	return argocd.ID{Namespace: orDefault(namespace, s.d.in.controlPlane), Name: name}
}

func (e *expanded) double(a argocd.Application, other *argocd.Application) {
	e.doubled = append(e.doubled, fmt.Sprintf("generates %s, which is defined in %s, too; that definition is used", a.Name, other.File))
}

// warnings says what is wrong with one ApplicationSet at a side.
func (e *expanded) warnings(side report.Side) (list []report.Warning) {
	name := "ApplicationSet " + e.set.Name
	if e.parent != nil {
		name += ", which " + e.parent.String() + " renders,"
	}
	warn := func(text string) {
		list = append(list, report.Warning{Side: side, File: e.set.File, Line: e.set.Line, Message: name + " " + text})
	}
	if e.Err != nil {
		warn("could not be expanded: " + e.Err.Error())
	}
	for _, reason := range e.Skipped {
		warn("is not expanded whole: " + reason)
	}
	for _, text := range e.doubled {
		warn(text)
	}
	return list
}

// all gives the ApplicationSets of a side, sorted by where they stand.
func (s *sets) all(index int) []*expanded {
	return slices.SortedFunc(maps.Values(s.known[index]), func(a, b *expanded) int {
		return cmp.Or(cmp.Compare(a.set.File, b.set.File), cmp.Compare(a.set.Line, b.set.Line), s.idOf(a.set).Compare(s.idOf(b.set)))
	})
}

// warn gives the warnings of head, and what base has beyond them.
func (s *sets) warn() []report.Warning {
	var sides [2][]report.Warning
	for index := range sides {
		sides[index] = s.problems[index]
		for _, e := range s.all(index) {
			sides[index] = append(sides[index], e.warnings(sideName(index))...)
		}
	}
	all := slices.Clone(sides[1])
	for _, w := range sides[0] {
		if !slices.ContainsFunc(all, func(h report.Warning) bool { return h.File == w.File && h.Message == w.Message }) {
			all = append(all, w)
		}
	}
	return all
}
