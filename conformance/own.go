package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"
)

// ownFile is the cases.yaml of a txtar archive under testdata/conformance. The
// archive's other files are the repository.
type ownFile struct {
	// Links maps symbolic links to their targets; an archive can't hold them.
	Links map[string]string `json:"links"`
	// Executable lists files with mode 0755.
	Executable []string `json:"executable"`
	// Charts lists directories to serve as a chart repository at ${CHARTS}.
	Charts []string `json:"charts"`
	// OCI lists directories to serve as OCI artifacts at oci://${OCI}/trees.
	OCI []string `json:"oci"`
	// Helm says that all cases are to be rendered by both Helms.
	Helm bool `json:"helm"`
	// Commit says that all cases need the Git repository.
	Commit bool `json:"commit"`
	// Plugins maps a name to the spec of a plugin's definition.
	Plugins map[string]map[string]any `json:"plugins"`
	Cases   []spec                    `json:"cases"`
}

const casesFile = "cases.yaml"

// ownCases reads every archive of dir.
func ownCases(dir string) ([]Case, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		return nil, err
	}
	var all []Case
	for _, path := range paths {
		cases, err := readOwn(path)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		all = append(all, cases...)
	}
	return all, nil
}

func readOwn(path string) ([]Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	var own ownFile
	var files []txtar.File
	for _, f := range archive.Files {
		if f.Name != casesFile {
			files = append(files, f)
			continue
		}
		if err := yaml.UnmarshalStrict(f.Data, &own); err != nil {
			return nil, fmt.Errorf("%s: %w", casesFile, err)
		}
	}
	w := &World{Name: strings.TrimSuffix(filepath.Base(path), ".txtar"), Charts: own.Charts, Trees: own.OCI}
	w.Populate = func(dir string) error { return own.write(w, dir, files) }
	return own.cases(w)
}

func (o *ownFile) cases(w *World) ([]Case, error) {
	definitions := map[string]map[string]any{}
	for name, spec := range o.Plugins {
		definitions[name] = map[string]any{
			"apiVersion": "argoproj.io/v1alpha1", "kind": "ConfigManagementPlugin",
			"metadata": map[string]any{"name": name}, "spec": spec,
		}
	}
	var cases []Case
	for _, s := range o.Cases {
		s.Helm, s.Commit = s.Helm || o.Helm, s.Commit || o.Commit
		c, err := newCase(s, w, definitions)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func (o *ownFile) write(w *World, dir string, files []txtar.File) error {
	for _, f := range files {
		if err := writeFile(filepath.Join(dir, f.Name), []byte(w.fill(string(f.Data))), 0o644); err != nil {
			return err
		}
	}
	for _, name := range o.Executable {
		if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	for link, target := range o.Links {
		path := filepath.Join(dir, link)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.Symlink(target, path); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, data []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, mode)
}
