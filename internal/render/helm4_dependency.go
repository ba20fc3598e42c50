package render

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	helm3getter "helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/downloader"
	"helm.sh/helm/v4/pkg/getter"
	"helm.sh/helm/v4/pkg/registry"
)

func (helm4Engine) declared(dir string) (chartDependencies, error) {
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

func (e helm4Engine) build(b dependencyBuild) error {
	client, err := e.registry(b)
	if err != nil {
		return err
	}
	manager := &downloader.Manager{
		Out:              io.Discard,
		ChartPath:        b.dir,
		Verify:           downloader.VerifyNever,
		Getters:          helm4Getters(b.getters),
		RegistryClient:   client,
		RepositoryConfig: b.config,
		RepositoryCache:  b.cache,
		ContentCache:     filepath.Join(b.cache, "content"),
		// The indexes were just downloaded.
		SkipUpdate: true,
	}
	return manager.Build()
}

// registry gives nil if there is no client to make one of.
func (helm4Engine) registry(b dependencyBuild) (*registry.Client, error) {
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

// helm4Getters lets Helm 4 download by getters for Helm 3. Credentials and the
// like, which Helm gives as options, are the business of whoever made them.
func helm4Getters(given helm3getter.Providers) getter.Providers {
	var providers getter.Providers
	for _, p := range given {
		providers = append(providers, getter.Provider{
			Schemes: p.Schemes,
			New: func(...getter.Option) (getter.Getter, error) {
				get, err := p.New()
				return helm4Getter{get}, err
			},
		})
	}
	return providers
}

type helm4Getter struct{ get helm3getter.Getter }

// Get downloads a URL.
func (g helm4Getter) Get(url string, _ ...getter.Option) (*bytes.Buffer, error) {
	return g.get.Get(url, helm3getter.WithURL(url))
}
