package render

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/repo"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// addRepositories does what Argo CD's "helm repo add" does before a build, in
// a configuration of this build alone: every https repository that Chart.yaml
// itself names, and the ones named by alias. Without a lock file Helm finds
// http repositories and those of requirements.yaml too; with one it refuses
// them, and so it does in Argo CD. Helm 4 reads the files that Helm 3 writes.
func (b *chartBuilder) addRepositories(dir string, declared chartDependencies, config, cache string) error {
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return fmt.Errorf("building chart dependencies: %w", err)
	}
	urls, err := b.repositoryURLs(dir, declared)
	if err != nil {
		return err
	}
	file := repo.NewFile()
	for _, entry := range urls {
		if err := b.addRepository(entry, cache); err != nil {
			return err
		}
		file.Update(entry)
	}
	if err := file.WriteFile(config, 0o600); err != nil {
		return fmt.Errorf("building chart dependencies: %w", err)
	}
	return nil
}

// repositoryURLs lists the repositories, each once, under the names that Argo
// CD gives them.
func (b *chartBuilder) repositoryURLs(dir string, declared chartDependencies) ([]*repo.Entry, error) {
	dependencies, err := chartYAMLDependencies(dir)
	if err != nil {
		return nil, err
	}
	schemes := []string{"https://"}
	if !declared.locked {
		dependencies, schemes = declared.list, []string{"https://", "http://"}
	}
	var entries []*repo.Entry
	seen := map[string]bool{}
	for _, dependency := range dependencies {
		entry := b.entryFor(dependency.Repository, schemes)
		if entry != nil && !seen[entry.Name] {
			seen[entry.Name] = true
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// entryFor gives nil for a repository that is not added: a path, a scheme that
// is left out, an alias that nobody defined.
func (b *chartBuilder) entryFor(repository string, schemes []string) *repo.Entry {
	if name, ok := aliasOf(repository); ok {
		if url := b.options.HelmRepositories[name]; url != "" {
			return &repo.Entry{Name: name, URL: url}
		}
		return nil
	}
	for _, scheme := range schemes {
		if strings.HasPrefix(repository, scheme) {
			return &repo.Entry{Name: strings.ReplaceAll(repository, "/", "-"), URL: repository}
		}
	}
	return nil
}

// aliasOf cuts "@name" and "alias:name".
func aliasOf(repository string) (string, bool) {
	if name, ok := strings.CutPrefix(repository, "@"); ok {
		return name, true
	}
	return strings.CutPrefix(repository, "alias:")
}

// addRepository downloads one index. Helm's own build only prints a warning
// if that fails, and then complains of something else.
func (b *chartBuilder) addRepository(entry *repo.Entry, cache string) error {
	repository, err := repo.NewChartRepository(entry, b.options.Getters)
	if err != nil {
		return fmt.Errorf("adding the chart repository %s: %w", entry.URL, err)
	}
	repository.CachePath = cache
	if _, err := repository.DownloadIndexFile(); err != nil {
		return fault.InFile(fmt.Errorf("adding the chart repository %s: %w", entry.URL, err), "Chart.yaml")
	}
	return nil
}

// chartYAMLDependencies reads Chart.yaml alone: Argo CD never looks at
// requirements.yaml.
func chartYAMLDependencies(dir string) ([]chartDependency, error) {
	text, err := os.ReadFile(filepath.Join(dir, "Chart.yaml"))
	if err != nil {
		return nil, fmt.Errorf("reading the chart's dependencies: %w", shorten(err, dir))
	}
	var metadata struct {
		Dependencies []chartDependency `json:"dependencies"`
	}
	if err := yaml.Unmarshal(text, &metadata); err != nil {
		return nil, fault.InFile(fmt.Errorf("reading the chart's dependencies: %w", err), "Chart.yaml")
	}
	return metadata.Dependencies, nil
}
