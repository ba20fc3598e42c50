package conformance

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const (
	// examplesDir is where Argo CD's module has its examples.
	examplesDir = "applicationset/examples"
	// examplesFile has the clusters that the examples are about, and the files
	// of the repository that they only describe.
	examplesFile = "examples.txtar"
)

// exampleURLs are the repositories that Git generators of the examples read.
// One tree has the files of both.
var exampleURLs = []string{"https://github.com/argoproj/argo-cd.git", "https://github.com/infra-team/cluster-deployments.git"}

// needService are the directories of examples whose generators ask a service.
var needService = []string{"clusterDecisionResource", "pull-request-generator", "scm-provider-generator"}

// exampleSets finds the ApplicationSets of Argo CD's examples in module.
func exampleSets(module, testdata string) ([]SetCase, error) {
	described, w, err := readSets(filepath.Join(testdata, examplesFile))
	if err != nil {
		return nil, err
	}
	from := filepath.Join(module, filepath.FromSlash(examplesDir))
	w.Upstream = true
	ours := w.Populate
	w.Populate = func(dir string) error {
		return errors.Join(ours(dir), copyTree(from, filepath.Join(dir, filepath.FromSlash(examplesDir))))
	}
	var cases []SetCase
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isYAML(path) {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil || slices.Contains(needService, strings.Split(filepath.ToSlash(rel), "/")[0]) {
			return err
		}
		set, err := readExample(path)
		if set != nil {
			cases = append(cases, SetCase{Name: w.Name + "/" + strings.TrimSuffix(filepath.ToSlash(rel), ".yaml"), World: w,
				Set: set, Clusters: secrets(described.Clusters)})
		}
		return err
	})
	return cases, err
}

// readExample gives the file's ApplicationSet, nil if it holds something else.
func readExample(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, []byte("kind: ApplicationSet")) {
		return nil, err
	}
	var set map[string]any
	if err := yaml.Unmarshal(data, &set); err != nil {
		return nil, err
	}
	if metadata, ok := set["metadata"].(map[string]any); ok && metadata["namespace"] == nil {
		metadata["namespace"] = controlPlane // where kubectl apply is pointed at
	}
	return set, nil
}
