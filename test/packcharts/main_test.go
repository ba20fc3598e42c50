package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/repo"
)

const repository = "../../testdata/helm-repository"

// The archives under testdata are what the sources beside them give.
func TestServedIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := buildRepository(filepath.Join(repository, "src"))
	if err != nil {
		t.Fatal(err)
	}
	got := readTree(t, filepath.Join(repository, "served"))
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: has no source; run go run ./test/packcharts", name)
		}
	}
	for name, data := range want {
		if strings.HasSuffix(name, ".tgz") {
			diffArchives(t, name, []byte(got[name]), data)
		}
		if got[name] != string(data) {
			t.Errorf("%s: differs from its source; run go run ./test/packcharts", name)
		}
	}
}

// diffArchives names the files that differ, which two digests cannot.
func diffArchives(t *testing.T, name string, got, want []byte) {
	t.Helper()
	if diff := cmp.Diff(entries(t, name, want), entries(t, name, got)); diff != "" {
		t.Errorf("%s (-source +archive):\n%s", name, diff)
	}
}

func entries(t *testing.T, name string, archive []byte) map[string]string {
	t.Helper()
	if len(archive) == 0 {
		return nil
	}
	list, err := readArchive(archive)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	files := map[string]string{}
	for _, e := range list {
		files[e.name] = string(e.data)
	}
	return files
}

// Helm itself can read what is served.
func TestHelmReadsTheRepository(t *testing.T) {
	t.Parallel()
	index, err := repo.LoadIndexFile(filepath.Join(repository, "served", "index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"9.21.2", "9.23.0"} {
		entry, err := index.Get("mysql", version)
		if err != nil {
			t.Fatal(err)
		}
		path, ok := strings.CutPrefix(entry.URLs[0], "https://charts.onwalk.net/")
		if !ok {
			t.Errorf("URL = %q, want one below https://charts.onwalk.net/", entry.URLs[0])
		}
		chart, err := loader.Load(filepath.Join(repository, "served", path))
		if err != nil {
			t.Fatal(err)
		}
		if chart.Metadata.Version != version {
			t.Errorf("version in %s = %q, want %q", path, chart.Metadata.Version, version)
		}
	}
}

// Two runs give the same bytes, and nothing of an earlier run survives.
func TestWriteRepository(t *testing.T) {
	t.Parallel()
	served := filepath.Join(t.TempDir(), "served")
	old := filepath.Join(served, "charts", "old-1.0.0.tgz")
	if err := os.MkdirAll(filepath.Dir(old), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var runs [2]map[string]string
	for i := range runs {
		if err := writeRepository(filepath.Join(repository, "src"), served); err != nil {
			t.Fatal(err)
		}
		runs[i] = readTree(t, served)
	}
	if diff := cmp.Diff(runs[0], runs[1]); diff != "" {
		t.Errorf("second run differs (-first +second):\n%s", diff)
	}
	if _, ok := runs[0]["charts/old-1.0.0.tgz"]; ok {
		t.Error("the archive of an earlier run is still there")
	}
}

func TestDirectoryIsNamedAfterTheChart(t *testing.T) {
	t.Parallel()
	src := t.TempDir()
	dir := filepath.Join(src, "mysql-1.0.0")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	meta := "apiVersion: v2\nname: mysql\nversion: 1.0.1\n"
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(meta), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := buildRepository(src)
	if err == nil || !strings.Contains(err.Error(), "found mysql-1.0.1.tgz") {
		t.Errorf("error = %v, want one that names mysql-1.0.1.tgz", err)
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
