package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// directoryRevision stands for the commit where two directories are compared:
// there is none, and plugins expect something of a commit's form.
const directoryRevision = "0000000000000000000000000000000000000000"

// renderAll renders the selected Applications at both sides. An error is about
// the inputs; those of Applications are in the outcomes.
func (d *comparison) renderAll(ctx context.Context, selected []affected.Selected) ([]report.Outcome, []string, error) {
	k, err := d.kitchen()
	if err != nil {
		return nil, nil, err
	}
	outcomes, printed := k.renderAll(ctx, selected)
	d.manifests = printed
	return outcomes, notes(outcomes, d.in.kubeVersion), nil
}

// kitchen sets up what renders and compares. Nothing is fetched yet.
func (d *comparison) kitchen() (*kitchen, error) {
	mirrors, err := source.ParseMirrors(d.in.mirrors, ".")
	if err != nil {
		return nil, fmt.Errorf("%w mirrors: %w", errUsage, err)
	}
	dirs, err := subdirectories(d.scratch, "charts", "renders")
	if err != nil {
		return nil, err
	}
	fetcher := source.NewFetcher(source.Options{Scratch: dirs[0], Mirrors: mirrors})
	return &kitchen{
		comparer: compare.New(key(), compare.Options{}), log: d.log,
		base: newSide(d.trees.base), head: newSide(d.trees.head),
		slots: make(chan struct{}, slots(d.in.parallel)),
		cook: &cook{
			charts: fetcher, repository: d.repository(), inputs: d.in,
			revision: orDefault(d.plan.head.SHA, directoryRevision),
			renderer: render.New(render.Options{
				Plugins: d.plugins, PluginEnv: append(d.env.forwarded, d.in.pluginEnv...), PluginTimeout: d.in.pluginTimeout,
				Scratch: dirs[1], Path: d.env.path, Getters: fetcher.Getters(), KubeVersion: d.in.kubeVersion,
			}),
		},
	}, nil
}

func newSide(tree string) side {
	return side{tree: tree, links: sync.OnceValue(func() error { return source.CheckLinks(tree) })}
}

// subdirectories makes private directories below scratch.
func subdirectories(scratch string, names ...string) ([]string, error) {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join(scratch, name)
		if err := os.Mkdir(paths[i], 0o700); err != nil {
			return nil, fmt.Errorf("making a temporary directory: %w", err)
		}
	}
	return paths, nil
}
