package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/repo"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// index gives a repository's index, versions sorted from new to old.
func (f *Fetcher) index(ctx context.Context, repoURL string, login argocd.Credential) (*repo.IndexFile, error) {
	return f.indexes.do(ctx, download{repoURL, login.URL}, func(ctx context.Context) (*repo.IndexFile, error) {
		if err := f.admit(repoURL); err != nil {
			return nil, err
		}
		file, err := f.fetch(ctx, strings.TrimSuffix(repoURL, "/")+"/index.yaml", login, maxIndex)
		if err != nil {
			return nil, fmt.Errorf("reading the index of the Helm repository: %w", err)
		}
		index, err := f.read(ctx, file)
		if err != nil {
			return nil, fmt.Errorf("reading the index of %s: %w", redact(repoURL), err)
		}
		return index, nil
	})
}

// DependencyIndex gives the index of a Helm repository that a chart's dependency
// names, as Getters would download it. Nobody may change it.
func (f *Fetcher) DependencyIndex(ctx context.Context, repoURL string) (*repo.IndexFile, error) {
	address, err := repo.ResolveReferenceURL(repoURL, "index.yaml")
	if err != nil {
		return nil, err
	}
	file, err := f.forHelm(ctx, address)
	if err != nil {
		return nil, err
	}
	index, err := f.read(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", redact(address), err)
	}
	return index, nil
}

// read loads the index in a file that was downloaded, once per run.
func (f *Fetcher) read(ctx context.Context, file string) (*repo.IndexFile, error) {
	return f.loaded.do(ctx, file, func(context.Context) (*repo.IndexFile, error) { return loadIndex(file) })
}

// loadIndex turns a panic over an odd index into an error.
func loadIndex(file string) (index *repo.IndexFile, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("Helm stopped unexpectedly: %v", p)
		}
	}()
	if err := notHTML(file); err != nil {
		return nil, err
	}
	index, err = repo.LoadIndexFile(file)
	if err != nil {
		// The file is a private one, of which nobody knows.
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error loading "+file+": "))
	}
	return index, nil
}

// notHTML catches the login page or the landing page that a server gives
// instead of a file.
func notHTML(file string) error {
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(opened, head)
	if err != nil && n == 0 {
		return fmt.Errorf("expected content, found an empty file")
	}
	if bytes.HasPrefix(bytes.TrimSpace(head[:n]), []byte("<")) {
		return fault.WithHint(fmt.Errorf("expected a chart repository's file, found HTML"),
			"The address answers with a web page; check repoURL, and whether the repository asks for a login.")
	}
	return nil
}
