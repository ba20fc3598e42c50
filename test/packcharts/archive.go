package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

// packed is when every file of every archive was last changed, and when the
// index says it was made.
var packed = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// entry is one file of an archive.
type entry struct {
	name string // "mysql/templates/secret.yaml"
	data []byte
}

// packChart packages the chart in dir as "helm package" would, less what
// depends on the clock. It returns the chart's metadata and the archive.
func packChart(dir string) (*chart.Metadata, []byte, error) {
	c, err := loader.LoadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("loading chart %s: %w", dir, err)
	}
	entries, err := saveChart(c)
	if err != nil {
		return nil, nil, fmt.Errorf("packaging chart %s: %w", dir, err)
	}
	archive, err := writeArchive(entries)
	if err != nil {
		return nil, nil, fmt.Errorf("writing archive of %s: %w", dir, err)
	}
	return c.Metadata, archive, nil
}

// saveChart lets Helm decide what belongs into the archive.
func saveChart(c *chart.Chart) ([]entry, error) {
	tmp, err := os.MkdirTemp("", "packcharts")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	file, err := chartutil.Save(c, tmp)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, err
	}
	return readArchive(data)
}

// readArchive gives the files of a chart's archive, sorted by name.
func readArchive(data []byte) ([]entry, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var entries []entry
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{name: header.Name, data: content})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return entries, nil
}

// writeArchive compresses nothing: what compress/flate gives may differ between
// Go releases, stored bytes do not, and the charts are small.
func writeArchive(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(zipped)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.data)), ModTime: packed}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
