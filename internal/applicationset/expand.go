package applicationset

import (
	"context"
	"errors"
	"fmt"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/tree"
)

// Repositories brings other repositories than this one to disk.
type Repositories interface {
	// Git gives the directory that holds a revision; "" is HEAD. A
	// fault.Unsupported makes the generator skipped.
	Git(ctx context.Context, repoURL, revision string) (dir string, err error)
}

// Options is what generators read.
type Options struct {
	// Tree is this repository at the side in question.
	Tree tree.FS
	// Own says whether a Git generator reads Tree. Nil takes no repository for
	// this one.
	Own func(repoURL, revision string) bool
	// Repositories has the others. If it is nil, their generators are skipped.
	Repositories Repositories
	// Listings remembers what the tree holds from one expansion to the next; nil is
	// fine.
	Listings *Listings
	// Clusters are the cluster Secrets; those in the control plane's namespace,
	// or in none, count.
	Clusters     []argocd.ClusterSecret
	ControlPlane string
	// Parameters stand in for services that can't be asked.
	Parameters Parameters
	// Doublestar is applicationsetcontroller.enable.new.git.file.globbing:
	// files are found by globs with **, not by git's pathspecs.
	Doublestar bool
}

// Result is what one ApplicationSet expands to.
type Result struct {
	// Applications are in the order of the generators and of what each finds.
	// Those that Argo CD would refuse carry the reason in Invalid.
	Applications []argocd.Application
	// Skipped says which generators were left out, and why.
	Skipped []string
	// Err joins the errors of generators and templates. Argo CD would apply
	// none of the Applications; whether one that is missing exists is unknown.
	Err error
}

// Expand gives the Applications of set. A generator or a template that fails
// does not stop the others.
func Expand(ctx context.Context, set Set, o Options) Result {
	t, err := newTemplater(set.spec)
	if err != nil {
		return Result{Err: err}
	}
	e := &expansion{set: set, options: o, templater: t, trees: map[string]*gitTree{}}
	for i, g := range set.spec.Generators {
		e.generator(ctx, i, g)
	}
	e.validate()
	e.result.Err = errors.Join(e.errs...)
	return e.result
}

// expansion is one ApplicationSet on its way.
type expansion struct {
	set       Set
	options   Options
	templater templater
	trees     map[string]*gitTree // by repository and revision
	result    Result
	errs      []error
}

// generator makes the Applications of one entry of spec.generators.
func (e *expansion) generator(ctx context.Context, i int, g generator) {
	name := fmt.Sprintf("generator %d (%s)", i+1, g.kinds())
	made, err := e.transform(ctx, place{fmt.Sprint(i), 0}, g, nil)
	var skip *fault.Unsupported
	switch {
	case errors.As(err, &skip):
		e.result.Skipped = append(e.result.Skipped, name+": "+skip.Reason)
		return
	case err != nil:
		e.fail(fmt.Errorf("%s: %w", name, err))
		return
	case len(made) == 0:
		e.result.Skipped = append(e.result.Skipped, name+" is of no kind that is known")
		return
	}
	for _, m := range made {
		template := m.template
		if err := mergeTemplates(&template, e.set.spec.Template); err != nil {
			e.fail(fmt.Errorf("%s: %w", name, err))
			continue
		}
		for _, p := range m.params {
			if err := e.application(template, p); err != nil {
				e.fail(fmt.Errorf("%s: %w", name, err))
			}
		}
	}
}

func (e *expansion) fail(err error) { e.errs = append(e.errs, err) }

// application renders the template for one set of parameters.
func (e *expansion) application(template application, p parameters) error {
	app, err := e.render(template, p.values)
	if err != nil {
		return err
	}
	app.Metadata.Namespace = e.set.Namespace
	var object map[string]any
	if err := convert(app, &object); err != nil {
		return err
	}
	object["apiVersion"], object["kind"] = "argoproj.io/v1alpha1", "Application"
	if app.Metadata.Name == "" {
		return errors.New("expected a template that names each Application, found one without a name")
	}
	made := argocd.Generated(object, e.set.File, e.set.Line, e.set.Name)
	made.GeneratorInputs = p.inputs
	e.result.Applications = append(e.result.Applications, made)
	return nil
}
