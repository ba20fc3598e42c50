package conformance

import (
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// setFile is the cases.yaml of an archive with ApplicationSets. The archive's
// other files are the repository.
type setFile struct {
	Links    map[string]string `json:"links"`
	Clusters []cluster         `json:"clusters"`
	Cases    []setSpec         `json:"cases"`
}

// readSets reads an archive.
func readSets(path string) (*setFile, *World, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, nil, err
	}
	var sets setFile
	var files []txtar.File
	for _, f := range archive.Files {
		if f.Name != casesFile {
			files = append(files, f)
			continue
		}
		if err := yaml.UnmarshalStrict(f.Data, &sets); err != nil {
			return nil, nil, fmt.Errorf("reading %s: %s: %w", path, casesFile, err)
		}
	}
	w := &World{Name: "applicationsets-" + strings.TrimSuffix(filepath.Base(path), ".txtar")}
	tree := ownFile{Links: sets.Links}
	w.Populate = func(dir string) error { return tree.write(w, dir, files) }
	return &sets, w, nil
}

// ownSets reads every archive of dir but the one that goes with Argo CD's
// examples.
func ownSets(dir string) ([]SetCase, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var cases []SetCase
	for _, path := range paths {
		if filepath.Base(path) == examplesFile {
			continue
		}
		sets, w, err := readSets(path)
		if err != nil {
			return nil, err
		}
		for _, s := range sets.Cases {
			cases = append(cases, newSetCase(s, w, sets.Clusters))
		}
	}
	return cases, nil
}
