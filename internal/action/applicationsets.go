package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/argoplan/argoplan/internal/applicationset"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// sets expands the ApplicationSets of both sides.
type sets struct {
	d        *comparison
	options  applicationset.Options
	clusters []argocd.ClusterSecret // those of the input; nil without it
	results  [2]map[argocd.ID]applicationset.Result
	warnings [2][]report.Warning
}

// expand adds the Applications that ApplicationSets generate, and notes in
// k.lost those of which nobody can say whether a side has them.
func (d *comparison) expand(ctx context.Context, k *kitchen, sides []int) ([]report.Warning, error) {
	s, err := d.newSets(k.cook.fetcher)
	if err != nil {
		return nil, err
	}
	d.unknown = map[argocd.ID]bool{}
	for _, index := range sides {
		s.side(ctx, index)
	}
	for _, index := range sides {
		k.lost[index] = s.lost(index)
		for id := range k.lost[index] {
			d.unknown[id] = true
		}
	}
	for id, r := range s.results[1] {
		if r.Err != nil {
			d.notExpanded = append(d.notExpanded, id.Name)
		}
	}
	slices.Sort(d.notExpanded)
	return s.warn(), nil
}

func (d *comparison) newSets(fetcher *source.Fetcher) (*sets, error) {
	own := d.repository()
	s := &sets{d: d, options: applicationset.Options{
		Own:          func(repoURL, revision string) bool { return own.Is(repoURL) && own.Follows(revision) },
		Repositories: otherRepositories{fetcher}, ControlPlane: d.in.controlPlane,
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

// side expands the ApplicationSets of one side, 0 for base and 1 for head.
func (s *sets) side(ctx context.Context, index int) {
	files, o := s.d.files[index], s.options
	o.Tree = []string{s.d.trees.base, s.d.trees.head}[index]
	o.Doublestar = files.NewGitFileGlobbing()
	objects, problems := files.ApplicationSets()
	if o.Clusters = s.clusters; o.Clusters == nil {
		found, more := files.ClusterSecrets()
		o.Clusters, problems = found, append(problems, more...)
	}
	s.warnings[index] = warningsOf(sideName(index), problems)
	s.results[index] = map[argocd.ID]applicationset.Result{}
	for _, object := range objects {
		set, err := applicationset.Parse(object.Object, object.File, object.Line)
		result := applicationset.Result{Err: err}
		if err == nil {
			result = applicationset.Expand(ctx, set, o)
		}
		s.results[index][s.id(set.Namespace, set.Name)] = result
		s.add(index, set, result)
	}
}

func sideName(index int) report.Side { return []report.Side{report.Base, report.Head}[index] }

func (s *sets) id(namespace, name string) argocd.ID {
	return argocd.ID{Namespace: orDefault(namespace, s.d.in.controlPlane), Name: name}
}

// add takes over what one ApplicationSet gave. An Application that is written
// out, too, stays as it is written.
func (s *sets) add(index int, set applicationset.Set, result applicationset.Result) {
	warn := func(format string, args ...any) {
		s.warnings[index] = append(s.warnings[index], report.Warning{Side: sideName(index), File: set.File, Line: set.Line,
			Message: fmt.Sprintf("ApplicationSet %s ", set.Name) + fmt.Sprintf(format, args...)})
	}
	if result.Err != nil {
		warn("could not be expanded: %v", result.Err)
	}
	for _, reason := range result.Skipped {
		warn("is not expanded whole: %s", reason)
	}
	found := &s.d.found[index]
	for _, a := range result.Applications {
		if other := find(found.Applications, a.ID(s.d.in.controlPlane), s.d.in.controlPlane); other != nil {
			warn("generates %s, which is defined in %s, too; that definition is used", a.Name, other.File)
			continue
		}
		found.Applications = append(found.Applications, a)
	}
}

// find gives the Application with an ID, nil if there is none.
func find(all []argocd.Application, id argocd.ID, controlPlane string) *argocd.Application {
	i := slices.IndexFunc(all, func(a argocd.Application) bool { return a.ID(controlPlane) == id })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// lost are the Applications that the other side has of ApplicationSets which
// could not be expanded at this one, each with the reason.
func (s *sets) lost(index int) map[argocd.ID]error {
	lost := map[argocd.ID]error{}
	controlPlane := s.d.in.controlPlane
	for _, a := range s.d.found[1-index].Applications {
		id := a.ID(controlPlane)
		if a.Set == "" || find(s.d.found[index].Applications, id, controlPlane) != nil {
			continue
		}
		err := s.unknown(s.id(a.Namespace, a.Set), index)
		if err == nil {
			err = s.unreadable(a, index)
		}
		if err != nil {
			lost[id] = err
		}
	}
	return lost
}

// unknown is why an ApplicationSet may have more Applications at a side than
// are known; nil if it doesn't. What is left out of both sides for the same
// reasons makes no difference between them.
func (s *sets) unknown(id argocd.ID, index int) error {
	r := s.results[index][id]
	switch {
	case r.Err != nil:
		return fault.WithHint(fmt.Errorf("unknown: ApplicationSet %s could not be expanded at %s: %w", id.Name, sideName(index), r.Err), "%s",
			orDefault(fault.HintOf(r.Err), "Mend the ApplicationSet, or what its generators read."))
	case len(r.Skipped) > 0 && !slices.Equal(r.Skipped, s.results[1-index][id].Skipped):
		return fault.Skip("unknown: ApplicationSet %s is not expanded whole at %s: %s", id.Name, sideName(index), r.Skipped[0])
	}
	return nil
}

// unreadable is why the file that defines an ApplicationSet on the other side
// says nothing on this one: it is there, and can't be read.
func (s *sets) unreadable(a argocd.Application, index int) error {
	for _, p := range s.d.found[index].Problems {
		if p.File == a.File {
			return fault.WithHint(fmt.Errorf("unknown: the file of ApplicationSet %s can't be read at %s: %w", a.Set, sideName(index), p.Err), "Mend %s.", p.File)
		}
	}
	return nil
}

// warn gives the warnings of head, and what base has beyond them.
func (s *sets) warn() []report.Warning {
	all := slices.Clone(s.warnings[1])
	for _, w := range s.warnings[0] {
		if !slices.ContainsFunc(all, func(h report.Warning) bool { return h.File == w.File && h.Message == w.Message }) {
			all = append(all, w)
		}
	}
	return all
}
