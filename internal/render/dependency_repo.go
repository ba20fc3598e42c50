package render

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/helmpath"
	"helm.sh/helm/v3/pkg/repo"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// Indexes reads the indexes of Helm repositories.
type Indexes interface {
	// DependencyIndex gives the index of a repository, by the URL that a chart's
	// dependency names or an alias stands for. It is read once per run, and
	// nobody may change it.
	DependencyIndex(ctx context.Context, repoURL string) (*repo.IndexFile, error)
}

// addRepositories does what Argo CD's "helm repo add" does before a build, in
// a configuration of this build alone: every https repository that Chart.yaml
// itself names, and the ones named by alias. Without a lock file Helm finds
// http repositories and those of requirements.yaml too; with one it refuses
// them, and so it does in Argo CD. Helm 4 reads the files that Helm 3 writes.
func (b *chartBuilder) addRepositories(ctx context.Context, dir string, declared chartDependencies, config, cache string) error {
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return fmt.Errorf("building chart dependencies: %w", err)
	}
	urls, err := b.repositoryURLs(dir, declared)
	if err != nil {
		return err
	}
	file := repo.NewFile()
	for _, entry := range urls {
		if err := b.addRepository(ctx, entry, declared.names, cache); err != nil {
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

// addRepository writes the part of a repository's index that names charts, where
// Helm looks for the whole of it. Helm reads that file again for each dependency,
// and an index can take a second to read. Helm's own build only prints a warning
// if there is no index, and then complains of something else.
func (b *chartBuilder) addRepository(ctx context.Context, entry *repo.Entry, names map[string]bool, cache string) error {
	// It refuses URLs that no getter is for.
	if _, err := repo.NewChartRepository(entry, b.options.Getters); err != nil {
		return fmt.Errorf("adding the chart repository %s: %w", entry.URL, err)
	}
	index, err := b.options.Indexes.DependencyIndex(ctx, entry.URL)
	if err != nil {
		return fault.InFile(fmt.Errorf("adding the chart repository %s: %w", entry.URL, err), "Chart.yaml")
	}
	part := repo.IndexFile{APIVersion: index.APIVersion, Generated: index.Generated, Entries: map[string]repo.ChartVersions{}}
	for name := range names {
		if versions, ok := index.Entries[name]; ok {
			part.Entries[name] = versions
		}
	}
	text, err := json.Marshal(part) // Helm reads JSON much faster than YAML
	if err == nil {
		err = os.WriteFile(filepath.Join(cache, helmpath.CacheIndexFile(entry.Name)), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("adding the chart repository %s: %w", entry.URL, err)
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
