package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/repo"

	"github.com/argoplan/argoplan/internal/fault"
)

// Chart is an unpacked chart.
type Chart struct {
	// Dir is absolute, both the root and the source's directory. It must not
	// be written to: everybody who asks for the chart gets the same one.
	Dir string
	// Version is what ARGOCD_APP_REVISION carries.
	Version string
}

type chartKey struct{ repoURL, chart, version string }

// Chart downloads and unpacks a chart from an HTTP(S) Helm repository, or from
// its mirror, at a version or at the highest one that a constraint allows.
// OCI registries and repositories with credentials give a fault.Unsupported.
func (f *Fetcher) Chart(ctx context.Context, repoURL, chart, version string) (Chart, error) {
	key := chartKey{repoURL, chart, version}
	got, err := f.charts.do(ctx, key, func(ctx context.Context) (Chart, error) {
		return f.chart(ctx, key)
	})
	if err != nil {
		return Chart{}, fmt.Errorf("fetching the chart %s %s: %w", chart, version, err)
	}
	return got, nil
}

func (f *Fetcher) chart(ctx context.Context, key chartKey) (Chart, error) {
	if err := f.supported(key.repoURL); err != nil {
		return Chart{}, err
	}
	index, err := f.index(ctx, key.repoURL)
	if err != nil {
		return Chart{}, err
	}
	entry, version, err := resolve(index, key.chart, key.version)
	if err != nil {
		return Chart{}, err
	}
	exact := chartKey{key.repoURL, key.chart, entry.Version}
	if exact == key {
		return f.pull(ctx, key, entry, version)
	}
	unpacked, err := f.charts.do(ctx, exact, func(ctx context.Context) (Chart, error) {
		return f.pull(ctx, exact, entry, entry.Version)
	})
	return Chart{Dir: unpacked.Dir, Version: version}, err
}

// supported refuses what is known and not done yet. What a mirror stands in
// for is always supported.
func (f *Fetcher) supported(repoURL string) error {
	from, err := f.options.Mirrors.locate(repoURL)
	if err != nil || from.file != "" {
		return err
	}
	if !strings.Contains(from.url, "://") {
		return fault.Skip("charts from OCI registries are not supported yet: %s", from.url)
	}
	parsed, err := url.Parse(from.url)
	switch {
	case err != nil:
		return errors.New("expected repoURL to be a URL")
	case parsed.Scheme == "oci":
		return fault.Skip("charts from OCI registries are not supported yet: %s", parsed.Redacted())
	case parsed.User != nil:
		return fault.Skip("Helm repositories with credentials are not supported yet: %s", parsed.Redacted())
	case parsed.Scheme != "https" && parsed.Scheme != "http":
		return fmt.Errorf("expected the repoURL of a chart to begin with https://, http:// or oci://, found %s", parsed.Redacted())
	}
	return nil
}

// pull downloads and unpacks one entry of an index.
func (f *Fetcher) pull(ctx context.Context, key chartKey, entry *repo.ChartVersion, version string) (Chart, error) {
	if len(entry.URLs) == 0 {
		return Chart{}, fmt.Errorf("expected the index to give a URL for version %s, found none", entry.Version)
	}
	address, err := repo.ResolveReferenceURL(key.repoURL, entry.URLs[0])
	if err != nil {
		return Chart{}, fmt.Errorf("reading the URL of version %s in the index: %w", entry.Version, err)
	}
	archive, err := f.fetch(ctx, address, maxArchive)
	if err != nil {
		return Chart{}, err
	}
	if err := checkArchive(archive, entry.Digest); err != nil {
		return Chart{}, fmt.Errorf("checking %s: %w", redact(address), err)
	}
	dest, err := os.MkdirTemp(f.options.Scratch, "chart-")
	if err != nil {
		return Chart{}, fmt.Errorf("making a directory for the chart: %w", err)
	}
	if err := extract(archive, dest); err != nil {
		return Chart{}, fmt.Errorf("unpacking %s: %w", redact(address), err)
	}
	dir := filepath.Join(dest, path.Base(key.chart))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return Chart{}, fmt.Errorf("unpacking %s: expected a directory %s in the archive", redact(address), path.Base(key.chart))
	}
	return Chart{Dir: dir, Version: version}, CheckLinks(dir)
}

// checkArchive compares the archive with the index's SHA-256, if it has one.
func checkArchive(file, digest string) error {
	if err := notHTML(file); err != nil {
		return err
	}
	want := strings.ToLower(strings.TrimPrefix(digest, "sha256:"))
	if want == "" {
		return nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, opened); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fault.WithHint(fmt.Errorf("expected the digest sha256:%s of the index, found sha256:%s", want, got),
			"The archive is not the one that the index describes: it is truncated, or it was replaced without a new version.")
	}
	return nil
}
