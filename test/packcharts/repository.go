package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"helm.sh/helm/v3/pkg/repo"
	"sigs.k8s.io/yaml"
)

// archives is where the index says that the archives are. It is absolute, so
// that whoever mirrors the repository must mirror its archives too.
const archives = "https://charts.onwalk.net/charts"

// buildRepository packages every chart below src. It returns the files of the
// repository, by slash-separated path: index.yaml and charts/*.tgz.
func buildRepository(src string) (map[string][]byte, error) {
	dirs, err := os.ReadDir(src)
	if err != nil {
		return nil, fmt.Errorf("reading chart sources: %w", err)
	}
	files := map[string][]byte{}
	index := repo.NewIndexFile()
	index.Generated = packed
	for _, dir := range dirs {
		meta, archive, err := packChart(filepath.Join(src, dir.Name()))
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s-%s.tgz", meta.Name, meta.Version)
		if name != dir.Name()+".tgz" {
			return nil, fmt.Errorf("packaging %s: expected the directory to be named <chart>-<version>, found %s", dir.Name(), name)
		}
		digest := sha256.Sum256(archive)
		if err := index.MustAdd(meta, name, archives, hex.EncodeToString(digest[:])); err != nil {
			return nil, fmt.Errorf("indexing %s: %w", name, err)
		}
		files["charts/"+name] = archive
	}
	files["index.yaml"], err = marshalIndex(index)
	return files, err
}

func marshalIndex(index *repo.IndexFile) ([]byte, error) {
	for _, versions := range index.Entries {
		for _, version := range versions {
			version.Created = packed
		}
	}
	index.SortEntries()
	data, err := yaml.Marshal(index)
	if err != nil {
		return nil, fmt.Errorf("writing index.yaml: %w", err)
	}
	return append([]byte("# Written by test/packcharts; don't edit.\n"), bytes.TrimLeft(data, "\n")...), nil
}

// writeRepository replaces served with the repository built from src.
func writeRepository(src, served string) error {
	files, err := buildRepository(src)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(served); err != nil {
		return fmt.Errorf("removing the old repository: %w", err)
	}
	for name, data := range files {
		path := filepath.Join(served, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("writing the repository: %w", err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return fmt.Errorf("writing the repository: %w", err)
		}
	}
	return nil
}
