package fleet

import (
	"maps"
	"os"
	"path/filepath"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/repo"
)

// publish makes a chart repository of charts. Its index names the listed ones, too.
func publish(dir string, charts map[string]tree, listed map[string]repo.ChartVersions) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, files := range charts {
		var list []*loader.BufferedFile
		for name, text := range files {
			list = append(list, &loader.BufferedFile{Name: name, Data: []byte(text)})
		}
		loaded, err := loader.LoadFiles(list)
		if err != nil {
			return err
		}
		if _, err := chartutil.Save(loaded, dir); err != nil {
			return err
		}
	}
	index, err := repo.IndexDirectory(dir, "")
	if err != nil {
		return err
	}
	maps.Copy(index.Entries, listed)
	index.SortEntries()
	return index.WriteFile(filepath.Join(dir, "index.yaml"), 0o644)
}
