package source

import (
	"bytes"
	"context"
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
		index, err := loadIndex(file)
		if err != nil {
			return nil, fmt.Errorf("reading the index of %s: %w", redact(repoURL), err)
		}
		return index, nil
	})
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
	return repo.LoadIndexFile(file)
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
