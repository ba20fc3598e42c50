package source

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/getter"
)

// Named maps the names of the Helm repositories that have a Secret to their
// URLs.
func (f *Fetcher) Named() map[string]string { return f.options.Credentials.Named() }

// Getters downloads for Helm itself: repositories of chart dependencies and
// value files by URL. Mirrors, bounds and retries are those of Chart, and a
// URL is downloaded once per run.
func (f *Fetcher) Getters() getter.Providers {
	return getter.Providers{{
		Schemes: []string{"http", "https"},
		New:     func(...getter.Option) (getter.Getter, error) { return urlGetter{f}, nil },
	}, {
		Schemes: []string{"oci"},
		New:     func(...getter.Option) (getter.Getter, error) { return ociGetter{f}, nil },
	}}
}

type urlGetter struct{ fetcher *Fetcher }

// Get ignores Helm's options: the login is that of the repository which the
// URL belongs to.
func (g urlGetter) Get(address string, _ ...getter.Option) (*bytes.Buffer, error) {
	file, err := g.fetcher.forHelm(context.Background(), address)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return bytes.NewBuffer(content), nil
}

// forHelm gives a local file with what Helm asks a URL for.
func (f *Fetcher) forHelm(ctx context.Context, address string) (string, error) {
	// A chart's archive may lie elsewhere than the index that names it.
	if !strings.HasSuffix(address, ".tgz") {
		if err := f.admit(address); err != nil {
			return "", err
		}
	}
	login, _ := f.options.Credentials.HelmFile(address)
	file, err := f.fetch(ctx, address, login, maxArchive)
	if err != nil {
		return "", err
	}
	if strings.HasSuffix(address, "/index.yaml") || strings.HasSuffix(address, ".tgz") {
		if err := notHTML(file); err != nil {
			return "", fmt.Errorf("downloading %s: %w", redact(address), err)
		}
	}
	return file, nil
}
