package render

import (
	"fmt"
	"io"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/downloader"
	"helm.sh/helm/v3/pkg/registry"
)

func (helm3Engine) declared(dir string) (chartDependencies, error) {
	loaded, err := loader.LoadDir(dir)
	if err != nil {
		return chartDependencies{}, chartError(err, dir)
	}
	declared := chartDependencies{locked: loaded.Lock != nil, names: map[string]bool{}}
	for _, dependency := range loaded.Metadata.Dependencies {
		declared.list = append(declared.list, chartDependency{Name: dependency.Name, Repository: dependency.Repository})
		declared.names[dependency.Name] = true
	}
	if declared.locked {
		for _, dependency := range loaded.Lock.Dependencies {
			declared.names[dependency.Name] = true
		}
	}
	return declared, nil
}

func (e helm3Engine) build(b dependencyBuild) error {
	client, err := e.registry(b)
	if err != nil {
		return err
	}
	manager := &downloader.Manager{
		Out:              io.Discard,
		ChartPath:        b.dir,
		Verify:           downloader.VerifyNever,
		Getters:          b.getters,
		RegistryClient:   client,
		RepositoryConfig: b.config,
		RepositoryCache:  b.cache,
		// The indexes were just downloaded.
		SkipUpdate: true,
	}
	return manager.Build()
}

// registry gives nil if there is no client to make one of.
func (helm3Engine) registry(b dependencyBuild) (*registry.Client, error) {
	if b.registry == nil {
		return nil, nil
	}
	client, err := registry.NewClient(
		registry.ClientOptCredentialsFile(b.noLogins()),
		registry.ClientOptHTTPClient(b.registry.Client),
		registry.ClientOptAuthorizer(*b.registry),
	)
	if err != nil {
		return nil, fmt.Errorf("making a client for OCI registries: %w", err)
	}
	return client, nil
}
