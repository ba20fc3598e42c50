package action

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/manifest"
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
	clusters, err := readClusters(d.in)
	if err != nil {
		return nil, err
	}
	dirs, err := subdirectories(d.scratch, "charts", "renders")
	if err != nil {
		return nil, err
	}
	credentials, err := d.credentials()
	if err != nil {
		return nil, err
	}
	fetcher := d.fetcher(dirs[0], mirrors, credentials)
	return &kitchen{
		comparer: compare.New(key(), compare.Options{}), log: d.log,
		base:  d.side(d.trees.base, d.settings[0], fetcher, credentials, dirs[1]),
		head:  d.side(d.trees.head, d.settings[1], fetcher, credentials, dirs[1]),
		slots: make(chan struct{}, slots(d.in.parallel)),
		cook: &cook{
			fetcher: fetcher, repository: d.repository(), inputs: d.in, clusters: clusters,
			revision: orDefault(d.plan.head.SHA, directoryRevision),
		},
	}, nil
}

// side sets up one revision: its files, and a renderer with its settings.
func (d *comparison) side(tree string, s argocd.Settings, fetcher *source.Fetcher, credentials argocd.Credentials, scratch string) side {
	return side{
		tree: tree, tracking: manifest.Tracking(s.TrackingMethod()),
		links: sync.OnceValue(func() error { return source.CheckLinks(tree) }),
		renderer: render.New(render.Options{
			Plugins: d.plugins, PluginEnv: append(d.env.forwarded, d.in.pluginEnv...), PluginTimeout: d.in.pluginTimeout,
			Scratch: scratch, Path: d.env.path, Getters: fetcher.Getters(), RemoteBases: fetcher, HelmRepositories: credentials.Named(), KubeVersion: d.in.kubeVersion,
			ValueFileSchemes: s.ValueFileSchemes(), KustomizeBuildOptions: s.KustomizeBuildOptions(), Disabled: disabled(s),
		}),
	}
}

// fetcher brings sources to disk. Other revisions of this repository come from
// the clone and its origin, with the login that these have.
func (d *comparison) fetcher(scratch string, mirrors source.Mirrors, credentials argocd.Credentials) *source.Fetcher {
	own := d.repository()
	return source.NewFetcher(source.Options{
		Scratch: scratch, Mirrors: mirrors, Credentials: credentials, KnownHosts: d.in.knownHosts,
		Git: source.GitOptions{Env: append([]string{"PATH=" + d.env.path}, d.env.forwarded...)},
		Own: func(repoURL string) source.Remote {
			if d.clone == nil || !own.Is(repoURL) {
				return nil
			}
			return d.clone
		},
	})
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
