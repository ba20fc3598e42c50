package render

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/argoplan/argoplan/internal/fault"
)

// chartBuilder runs "helm dependency build" in private copies of charts, once
// per chart directory and run, as Argo CD's marker file does once per checkout.
type chartBuilder struct {
	options Options
	engine  dependencyBuilder
	mu      sync.Mutex
	builds  map[string]*chartBuild
}

type chartBuild struct {
	done chan struct{}
	dir  string
	err  error
}

func newChartBuilder(o Options, engine dependencyBuilder) *chartBuilder {
	return &chartBuilder{options: o, engine: engine, builds: map[string]*chartBuild{}}
}

// build gives a copy of in.Dir whose charts/ directory is complete. The copy
// lives below Options.Scratch.
func (b *chartBuilder) build(ctx context.Context, in Input) (string, error) {
	b.mu.Lock()
	running, ok := b.builds[in.Dir]
	if !ok {
		running = &chartBuild{done: make(chan struct{})}
		b.builds[in.Dir] = running
		go func() {
			defer close(running.done)
			running.dir, running.err = b.guarded(context.WithoutCancel(ctx), in)
		}()
	}
	b.mu.Unlock()
	select {
	case <-running.done:
		return running.dir, running.err
	case <-ctx.Done():
		return "", fmt.Errorf("building chart dependencies: %w", context.Cause(ctx))
	}
}

func (b *chartBuilder) guarded(ctx context.Context, in Input) (dir string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("building chart dependencies: Helm stopped unexpectedly: %v", p)
		}
	}()
	return b.buildCopy(ctx, in)
}

func (b *chartBuilder) buildCopy(ctx context.Context, in Input) (string, error) {
	declared, err := b.engine.declared(in.Dir)
	if err != nil {
		return "", err
	}
	if err := b.checkDependencies(declared); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(b.options.Scratch, "chart-")
	if err != nil {
		return "", fmt.Errorf("making a private copy of the chart: %w", err)
	}
	dir, err := copyChart(in, work, declared.list)
	if err != nil {
		return "", err
	}
	config := filepath.Join(work, ".repositories.yaml")
	cache := filepath.Join(work, ".cache")
	if err := b.addRepositories(ctx, dir, declared, config, cache); err != nil {
		return "", err
	}
	if err := b.engine.build(dependencyBuild{dir: dir, config: config, cache: cache, getters: b.options.Getters, registry: b.options.Registry}); err != nil {
		return "", dependencyError(err, dir, work)
	}
	return dir, nil
}

// checkDependencies refuses what would reach further than a build may, and names
// that nobody gave a URL: of these Helm says that some file is missing in its
// cache.
func (b *chartBuilder) checkDependencies(declared chartDependencies) error {
	for _, dependency := range declared.list {
		if b.options.Registry == nil && strings.HasPrefix(dependency.Repository, "oci://") {
			return fault.Skip("chart dependencies from OCI registries are not supported yet: %s at %s", dependency.Name, dependency.Repository)
		}
		if name, ok := aliasOf(dependency.Repository); ok && b.options.HelmRepositories[name] == "" {
			err := fmt.Errorf("building chart dependencies: no repository definition for %s: the chart %s depends on a Helm repository named %q, found %s",
				dependency.Repository, dependency.Name, name, known(b.options.HelmRepositories))
			return fault.InFile(fault.WithHint(err, "Give Argo CD's Secret of that repository, with name: %s, to the input credentials, or write the repository's URL in Chart.yaml.", name), "Chart.yaml")
		}
	}
	return nil
}

// known lists the names of Helm repositories.
func known(repositories map[string]string) string {
	if len(repositories) == 0 {
		return "none with a name"
	}
	return "only " + strings.Join(slices.Sorted(maps.Keys(repositories)), ", ")
}

// dependencyError adds a hint for the failures of a build whose fix is known.
func dependencyError(err error, dir, work string) error {
	message := err.Error()
	err = fmt.Errorf("building chart dependencies: %w", shorten(shorten(err, dir), work))
	switch {
	case strings.Contains(message, "out of sync"):
		return fault.InFile(fault.WithHint(err, "Run helm dependency update and commit the lock file."), "Chart.lock")
	case strings.Contains(message, "no repository definition for http://"):
		return fault.WithHint(err, "With a lock file Argo CD knows https:// repositories only; change the dependency's URL.")
	case strings.Contains(message, "no repository definition"):
		return fault.WithHint(err, "Give the dependency the URL of a repository in Chart.yaml.")
	}
	return err
}
