package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/argoplan/argoplan/internal/fault"
	trees "github.com/argoplan/argoplan/internal/tree"
)

// Media types of layers that hold files, as Argo CD takes them by default.
const (
	tarLayer   = "application/vnd.oci.image.layer.v1.tar"
	gzipLayer  = "application/vnd.oci.image.layer.v1.tar+gzip"
	chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
)

// maxLayers is Argo CD's bound.
const maxLayers = 10

// OCI fetches an artifact of an OCI registry: the source of a repoURL with
// oci://. revision is a tag, a digest, or a constraint over the tags. The
// tree's Commit and Revision are the digest of the manifest. A chart's files
// are at the top of the tree.
func (f *Fetcher) OCI(ctx context.Context, repoURL, revision string) (Tree, error) {
	tree, err := f.artifacts.do(ctx, download{repoURL, revision}, func(ctx context.Context) (Tree, error) {
		return f.artifact(ctx, repoURL, revision)
	})
	if err != nil {
		return Tree{}, fmt.Errorf("fetching %s of %s: %w", revision, redact(repoURL), err)
	}
	return tree, nil
}

func (f *Fetcher) artifact(ctx context.Context, repoURL, revision string) (Tree, error) {
	if revision == "" {
		return Tree{}, fault.WithHint(errors.New("expected a tag or a digest of the artifact, found none"), "Set targetRevision to a tag or a range such as 1.x.")
	}
	r, err := f.registry(repoURL)
	if err != nil {
		return Tree{}, err
	}
	found, err := r.resolve(ctx, revision)
	if err != nil {
		return Tree{}, err
	}
	digest := found.Digest.String()
	return f.artifacts.do(ctx, download{repoURL, "manifest " + digest}, func(ctx context.Context) (Tree, error) {
		dir, err := f.unpackArtifact(ctx, r, found)
		return Tree{Dir: dir, Commit: digest, Revision: digest}, err
	})
}

func (f *Fetcher) unpackArtifact(ctx context.Context, r *registry, found ocispec.Descriptor) (string, error) {
	manifest, err := r.manifest(ctx, found)
	if err != nil {
		return "", err
	}
	layer, err := contentLayer(manifest)
	if err != nil {
		return "", err
	}
	archive, err := r.blob(ctx, layer)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(f.options.Scratch, "artifact-")
	if err != nil {
		return "", fmt.Errorf("making a directory for the artifact: %w", err)
	}
	if err := unpackLayer(archive, layer.MediaType, dir); err != nil {
		return "", fmt.Errorf("unpacking the artifact: %w", err)
	}
	if layer.MediaType == chartLayer {
		if dir, err = onlyDirectory(dir); err != nil {
			return "", err
		}
	}
	if r.public {
		f.identify(dir, archive)
	}
	return dir, CheckLinks(trees.Dir(dir))
}

// contentLayer finds the one layer that holds files.
func contentLayer(manifest ocispec.Manifest) (ocispec.Descriptor, error) {
	if len(manifest.Layers) > maxLayers {
		return ocispec.Descriptor{}, fmt.Errorf("expected an artifact with at most %d layers, found %d", maxLayers, len(manifest.Layers))
	}
	var content []ocispec.Descriptor
	var types []string
	for _, layer := range manifest.Layers {
		types = append(types, layer.MediaType)
		switch layer.MediaType {
		case tarLayer, gzipLayer, chartLayer:
			content = append(content, layer)
		}
	}
	if len(content) != 1 {
		return ocispec.Descriptor{}, fault.WithHint(fmt.Errorf("expected an artifact with one layer of files, found %d among the layers: %s", len(content), strings.Join(types, ", ")),
			"Argo CD takes layers of the types %s, %s and %s.", tarLayer, gzipLayer, chartLayer)
	}
	return content[0], nil
}

func unpackLayer(archive, mediaType, dir string) error {
	if mediaType != tarLayer {
		return extract(archive, dir)
	}
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	return extractTar(file, dir)
}

// onlyDirectory is the chart's directory in its archive.
func onlyDirectory(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	if len(entries) != 1 || !entries[0].IsDir() {
		return "", fmt.Errorf("expected one directory in the chart's archive, found %d entries", len(entries))
	}
	return filepath.Join(dir, entries[0].Name()), nil
}

// ociChart fetches a chart from a registry. An exact version is the tag; only a
// constraint needs the list of them.
func (f *Fetcher) ociChart(ctx context.Context, key chartKey) (Chart, error) {
	if key.version == "" {
		return Chart{}, errNoVersion()
	}
	r, err := f.registry(strings.TrimSuffix(key.repoURL, "/") + "/" + key.chart)
	if err != nil {
		return Chart{}, err
	}
	version := key.version
	if constraint, ok := constraintOf(version); ok {
		if version, err = r.highest(ctx, constraint, version); err != nil {
			return Chart{}, err
		}
	}
	if version == key.version {
		return f.pullOCI(ctx, r, key.chart, version)
	}
	exact := key
	exact.version = version
	return f.charts.do(ctx, exact, func(ctx context.Context) (Chart, error) {
		return f.pullOCI(ctx, r, key.chart, version)
	})
}

func (f *Fetcher) pullOCI(ctx context.Context, r *registry, chart, version string) (Chart, error) {
	archive, err := r.chartArchive(ctx, version)
	if err != nil {
		return Chart{}, err
	}
	dir, err := f.unpackChart(archive, chart)
	if err != nil {
		return Chart{}, fmt.Errorf("unpacking %s: %w", r.name, err)
	}
	if r.public {
		f.identify(dir, archive)
	}
	return Chart{Dir: dir, Version: version}, nil
}
