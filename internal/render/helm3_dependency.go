package render

import (
	"io"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/downloader"
)

func (helm3Engine) declared(dir string) (chartDependencies, error) {
	loaded, err := loader.LoadDir(dir)
	if err != nil {
		return chartDependencies{}, chartError(err, dir)
	}
	declared := chartDependencies{locked: loaded.Lock != nil}
	for _, dependency := range loaded.Metadata.Dependencies {
		declared.list = append(declared.list, chartDependency{Name: dependency.Name, Repository: dependency.Repository})
	}
	return declared, nil
}

func (helm3Engine) build(b dependencyBuild) error {
	manager := &downloader.Manager{
		Out:              io.Discard,
		ChartPath:        b.dir,
		Verify:           downloader.VerifyNever,
		Getters:          b.getters,
		RegistryClient:   b.registry,
		RepositoryConfig: b.config,
		RepositoryCache:  b.cache,
		// The indexes were just downloaded.
		SkipUpdate: true,
	}
	return manager.Build()
}
