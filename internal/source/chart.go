package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/repo"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	trees "github.com/argoplan/argoplan/internal/tree"
)

// Chart is an unpacked chart.
type Chart struct {
	// Dir is absolute, both the root and the source's directory. It must not
	// be written to: everybody who asks for the chart gets the same one.
	Dir string
	// Version is what ARGOCD_APP_REVISION carries.
	Version string
}

type chartKey struct {
	repoURL, chart, version string
	// pass sends the repository's login to every host that the index names.
	pass bool
}

// Chart downloads and unpacks a chart from a Helm repository, from an OCI
// registry (a repoURL without a scheme), or from a mirror, at a version or at
// the highest one that a constraint allows. A login goes to the repository's
// host only.
func (f *Fetcher) Chart(ctx context.Context, repoURL, chart, version string) (Chart, error) {
	return f.chartOnce(ctx, chartKey{repoURL: repoURL, chart: chart, version: version})
}

// ChartPassingCredentials is Chart for a source with helm.passCredentials: the
// login goes to other hosts that the repository's index names, too.
func (f *Fetcher) ChartPassingCredentials(ctx context.Context, repoURL, chart, version string) (Chart, error) {
	return f.chartOnce(ctx, chartKey{repoURL: repoURL, chart: chart, version: version, pass: true})
}

func (f *Fetcher) chartOnce(ctx context.Context, key chartKey) (Chart, error) {
	got, err := f.charts.do(ctx, key, func(ctx context.Context) (Chart, error) {
		return f.chart(ctx, key)
	})
	if err != nil {
		return Chart{}, fmt.Errorf("fetching the chart %s %s: %w", key.chart, key.version, err)
	}
	return got, nil
}

// chart finds the kind of repository. What a mirror stands in for is a Helm
// repository.
func (f *Fetcher) chart(ctx context.Context, key chartKey) (Chart, error) {
	address := key.repoURL
	if !strings.Contains(address, "://") {
		address = "oci://" + address
	}
	from, err := f.options.Mirrors.locate(address)
	if err != nil {
		return Chart{}, err
	}
	if from.file != "" || from.url != address {
		key.repoURL = address
		return f.helmChart(ctx, key)
	}
	if strings.HasPrefix(address, "oci://") {
		return f.ociChart(ctx, key)
	}
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return Chart{}, fmt.Errorf("expected the repoURL of a chart to begin with https://, http:// or oci://, found %s", redact(address))
	}
	return f.helmChart(ctx, key)
}

func (f *Fetcher) helmChart(ctx context.Context, key chartKey) (Chart, error) {
	repoURL, login, err := f.helmLogin(key.repoURL)
	if err != nil {
		return Chart{}, err
	}
	index, err := f.index(ctx, repoURL, login)
	if err != nil {
		return Chart{}, err
	}
	entry, version, err := resolve(index, key.chart, key.version)
	if err != nil {
		return Chart{}, err
	}
	pull := func(ctx context.Context) (Chart, error) {
		return f.pull(ctx, chartKey{repoURL, key.chart, entry.Version, key.pass}, login, entry)
	}
	exact := key
	if exact.version = entry.Version; exact == key {
		return pull(ctx)
	}
	unpacked, err := f.charts.do(ctx, exact, pull)
	return Chart{Dir: unpacked.Dir, Version: version}, err
}

// pull downloads and unpacks one entry of an index.
func (f *Fetcher) pull(ctx context.Context, key chartKey, login argocd.Credential, entry *repo.ChartVersion) (Chart, error) {
	if len(entry.URLs) == 0 {
		return Chart{}, fmt.Errorf("expected the index to give a URL for version %s, found none", entry.Version)
	}
	address, err := repo.ResolveReferenceURL(key.repoURL, entry.URLs[0])
	if err != nil {
		return Chart{}, fmt.Errorf("reading the URL of version %s in the index: %w", entry.Version, err)
	}
	index := login
	if !key.pass && !isSameOrigin(address, key.repoURL) {
		login = argocd.Credential{}
	}
	public := f.public(address, login) && f.public(key.repoURL, index)
	archive, err := f.archive(entry.Digest, public, func() (string, error) { return f.fetch(ctx, address, login, maxArchive) })
	if err != nil {
		return Chart{}, err
	}
	if err := checkArchive(archive, entry.Digest); err != nil {
		return Chart{}, fmt.Errorf("checking %s: %w", redact(address), err)
	}
	dir, err := f.unpackChart(archive, key.chart)
	if err != nil {
		return Chart{}, fmt.Errorf("unpacking %s: %w", redact(address), err)
	}
	if public {
		f.identify(dir, archive)
	}
	return Chart{Dir: dir, Version: entry.Version}, nil
}

// unpackChart gives the chart's directory, which is named as the chart.
func (f *Fetcher) unpackChart(archive, chart string) (string, error) {
	dest, err := os.MkdirTemp(f.options.Scratch, "chart-")
	if err != nil {
		return "", fmt.Errorf("making a directory for the chart: %w", err)
	}
	if err := extract(archive, dest); err != nil {
		return "", err
	}
	dir := filepath.Join(dest, path.Base(chart))
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("expected a directory %s in the archive", path.Base(chart))
	}
	return dir, CheckLinks(trees.Dir(dir))
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
