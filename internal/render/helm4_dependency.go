package render

import (
	"bytes"
	"io"
	"path/filepath"

	helm3getter "helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/downloader"
	"helm.sh/helm/v4/pkg/getter"
)

func (helm4Engine) declared(dir string) (chartDependencies, error) {
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

func (helm4Engine) build(b dependencyBuild) error {
	manager := &downloader.Manager{
		Out:              io.Discard,
		ChartPath:        b.dir,
		Verify:           downloader.VerifyNever,
		Getters:          helm4Getters(b.getters),
		RepositoryConfig: b.config,
		RepositoryCache:  b.cache,
		ContentCache:     filepath.Join(b.cache, "content"),
		// The indexes were just downloaded.
		SkipUpdate: true,
	}
	return manager.Build()
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
