package render

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/repo"
	"oras.land/oras-go/v2/registry/remote/auth"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// cacheTemplate shows which version of the dependency was rendered.
const cacheTemplate = "kind: ConfigMap\nmetadata: {name: cache}\ndata: {version: '{{ .Chart.Version }}', size: '{{ .Values.size }}'}\n"

// packed is an archive of the chart cache.
func packed(t *testing.T, version string) string {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for name, content := range map[string]string{
		"cache/Chart.yaml":       "apiVersion: v2\nname: cache\nversion: " + version + "\n",
		"cache/templates/c.yaml": cacheTemplate,
	} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// charts is a Helm repository in memory that counts what is asked for.
type charts struct {
	mu    sync.Mutex
	files fakeGetter
	count map[string]int
}

func (c *charts) Get(url string, options ...getter.Option) (*bytes.Buffer, error) {
	c.mu.Lock()
	c.count[url]++
	c.mu.Unlock()
	return c.files.Get(url, options...)
}

// chartRepository serves versions of the chart cache below each base URL.
func chartRepository(t *testing.T, versions []string, bases ...string) *charts {
	t.Helper()
	c := &charts{files: fakeGetter{}, count: map[string]int{}}
	for _, base := range bases {
		index := "apiVersion: v1\nentries:\n  cache:\n"
		for _, version := range versions {
			index += fmt.Sprintf("  - {apiVersion: v2, name: cache, version: %s, urls: [cache-%s.tgz]}\n", version, version)
			c.files[base+"/cache-"+version+".tgz"] = packed(t, version)
		}
		c.files[base+"/index.yaml"] = index
	}
	return c
}

func (c *charts) options(t *testing.T, version argocd.Version) Options {
	t.Helper()
	return Options{Version: version, Scratch: t.TempDir(), Indexes: c, Getters: getter.Providers{{
		Schemes: []string{"http", "https"},
		New:     func(...getter.Option) (getter.Getter, error) { return c, nil },
	}}}
}

// DependencyIndex reads an index anew each time.
func (c *charts) DependencyIndex(_ context.Context, repoURL string) (*repo.IndexFile, error) {
	content, err := c.Get(strings.TrimSuffix(repoURL, "/") + "/index.yaml")
	if err != nil {
		return nil, err
	}
	index := &repo.IndexFile{}
	if err := yaml.UnmarshalStrict(content.Bytes(), index); err != nil {
		return nil, err
	}
	index.SortEntries()
	return index, nil
}

// dependsOn is a Chart.yaml with one dependency on cache.
func dependsOn(version, repository, more string) string {
	return plainChart + fmt.Sprintf("dependencies:\n- {name: cache, version: '%s', repository: '%s'%s}\n", version, repository, more)
}

// listing gives the names of all files below dir.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(names)
	return names
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	const https, http = "https://charts.example.com", "http://charts.example.com"
	local := []string{"libs/cache/Chart.yaml", "apiVersion: v2\nname: cache\nversion: 0.9.0\n", "libs/cache/templates/c.yaml", cacheTemplate}
	tests := map[string]struct {
		files []string // below the tree; the chart is in "app"
		want  string   // version of the dependency, "" if it is off
	}{
		"range":          {[]string{"app/Chart.yaml", dependsOn("1.x", https, "")}, "1.1.0"},
		"slash at end":   {[]string{"app/Chart.yaml", dependsOn("1.0.0", https+"/", "")}, "1.0.0"},
		"http, no lock":  {[]string{"app/Chart.yaml", dependsOn("~1.0", http, "")}, "1.0.0"},
		"at alias":       {[]string{"app/Chart.yaml", dependsOn("1.x", "@company", "")}, "1.1.0"},
		"alias":          {[]string{"app/Chart.yaml", dependsOn("1.x", "alias:company", "")}, "1.1.0"},
		"local":          {append([]string{"app/Chart.yaml", dependsOn("0.x", "file://../libs/cache", "")}, local...), "0.9.0"},
		"renamed":        {[]string{"app/Chart.yaml", dependsOn("1.x", https, ", alias: store")}, "1.1.0"},
		"condition, off": {[]string{"app/Chart.yaml", dependsOn("1.x", https, ", condition: cache.enabled"), "app/values.yaml", "cache: {enabled: false}"}, ""},
		"tags, off":      {[]string{"app/Chart.yaml", dependsOn("1.x", https, ", tags: [store]"), "app/values.yaml", "tags: {store: false}"}, ""},
		"vendored":       {[]string{"app/Chart.yaml", dependsOn("9.x", "https://nowhere.example.com", ""), "app/charts/cache/Chart.yaml", "apiVersion: v2\nname: cache\nversion: 0.5.0\n", "app/charts/cache/templates/c.yaml", cacheTemplate}, "0.5.0"},
		"requirements":   {[]string{"app/Chart.yaml", "apiVersion: v1\nname: web\nversion: 1.0.0\n", "app/requirements.yaml", "dependencies:\n- {name: cache, version: 1.x, repository: '" + https + "'}\n"}, "1.1.0"},
	}
	for name, tt := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			root := tree(t, tt.files...)
			before := listing(t, root)
			in := testInput(t, root, nil)
			in.Dir = filepath.Join(root, "app")
			options := chartRepository(t, []string{"1.0.0", "1.1.0", "2.0.0"}, https, http).options(t, version)
			options.HelmRepositories = map[string]string{"company": https}
			out, err := New(options).Render(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == "" && len(out.Objects) != 0 {
				t.Errorf("a dependency that is off was rendered: %v", out.Objects)
			}
			if tt.want != "" && dataOf(t, out.Objects, "version") != tt.want {
				t.Errorf("version %s was rendered, want %s", dataOf(t, out.Objects, "version"), tt.want)
			}
			if diff := cmp.Diff(before, listing(t, root)); diff != "" {
				t.Errorf("the tree was written to:\n%s", diff)
			}
		})
	}
}

// TestLockFile takes the lock that one build writes for another tree, and lets
// a newer version appear in between.
func TestLockFile(t *testing.T) {
	t.Parallel()
	bothHelms(t, "build", testLockFile)
}

func testLockFile(t *testing.T, version argocd.Version) {
	const https = "https://charts.example.com"
	chart := dependsOn("1.x", https, "")
	first := New(chartRepository(t, []string{"1.0.0"}, https).options(t, version))
	built, err := first.charts.build(t.Context(), testInput(t, tree(t, "Chart.yaml", chart), nil))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile(filepath.Join(built, "Chart.lock"))
	if err != nil {
		t.Fatal(err)
	}
	newer := chartRepository(t, []string{"1.0.0", "1.1.0"}, https, "http://charts.example.com")
	out, err := New(newer.options(t, version)).Render(t.Context(), testInput(t, tree(t, "Chart.yaml", chart, "Chart.lock", string(lock)), nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := dataOf(t, out.Objects, "version"); got != "1.0.0" {
		t.Errorf("version %s was rendered, want that of the lock file", got)
	}
	changed := tree(t, "Chart.yaml", dependsOn("1.0.x", https, ""), "Chart.lock", string(lock))
	_, err = New(newer.options(t, version)).Render(t.Context(), testInput(t, changed, nil))
	wantError(t, err, "Chart.lock: building chart dependencies: ", "out of sync")
	if hint := fault.HintOf(err); !strings.Contains(hint, "commit the lock file") {
		t.Errorf("hint is %q", hint)
	}
}

// Argo CD adds no http repository, and Helm wants it added once there is a
// lock file.
func TestLockFileWithHTTP(t *testing.T) {
	t.Parallel()
	bothHelms(t, "build", testLockFileWithHTTP)
}

func testLockFileWithHTTP(t *testing.T, version argocd.Version) {
	const http = "http://charts.example.com"
	chart := dependsOn("1.x", http, "")
	repository := chartRepository(t, []string{"1.0.0"}, http)
	built, err := New(repository.options(t, version)).charts.build(t.Context(), testInput(t, tree(t, "Chart.yaml", chart), nil))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile(filepath.Join(built, "Chart.lock"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(repository.options(t, version)).Render(t.Context(), testInput(t, tree(t, "Chart.yaml", chart, "Chart.lock", string(lock)), nil))
	wantError(t, err, "no repository definition for http://charts.example.com")
}

func TestDependencyErrors(t *testing.T) {
	t.Parallel()
	const https = "https://charts.example.com"
	tests := map[string]struct{ chart, want string }{
		"repository down":   {dependsOn("1.x", "https://nowhere.example.com", ""), "Chart.yaml: adding the chart repository https://nowhere.example.com: "},
		"no such version":   {dependsOn("7.x", https, ""), "building chart dependencies: "},
		"unknown alias":     {dependsOn("1.x", "@nobody", ""), `Chart.yaml: building chart dependencies: no repository definition for @nobody: the chart cache depends on a Helm repository named "nobody", found none with a name`},
		"unknown alias:":    {dependsOn("1.x", "alias:nobody", ""), `no repository definition for alias:nobody: the chart cache depends on a Helm repository named "nobody"`},
		"absolute path":     {dependsOn("1.x", "file:///etc", ""), "expected the dependency cache to lie in the same repository, found file:///etc"},
		"path that escapes": {dependsOn("1.x", "file://../../x", ""), "expected the dependency cache to lie in the same repository"},
		"missing path":      {dependsOn("1.x", "file://../libs/cache", ""), "Chart.yaml: copying the dependency cache from file://../libs/cache: "},
	}
	for name, tt := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			root := tree(t, "app/Chart.yaml", tt.chart)
			in := testInput(t, root, nil)
			in.Dir = filepath.Join(root, "app")
			options := chartRepository(t, []string{"1.0.0"}, https).options(t, version)
			_, err := New(options).Render(t.Context(), in)
			wantError(t, err, tt.want)
			for _, private := range []string{root, options.Scratch} {
				if strings.Contains(err.Error(), private) {
					t.Errorf("the error names a private directory: %v", err)
				}
			}
		})
	}
}

func TestOCIDependencyIsSkipped(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", dependsOn("1.x", "oci://ghcr.io/org", ""))
	_, err := New(Options{Scratch: t.TempDir()}).Render(t.Context(), testInput(t, dir, nil))
	var skipped *fault.Unsupported
	if !errors.As(err, &skipped) || !strings.Contains(skipped.Reason, "cache at oci://ghcr.io/org") {
		t.Errorf("got %v", err)
	}
}

// tagList answers every request with the tags of a repository.
type tagList string

func (l tagList) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.String() != "https://registry.example.com/v2/org/cache/tags/list" {
		return nil, fmt.Errorf("unexpected request for %s", request.URL)
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(l))), Request: request}, nil
}

func TestDependencyFromRegistry(t *testing.T) {
	t.Parallel()
	served := fakeGetter{
		"oci://registry.example.com/org/cache:1.0.0": packed(t, "1.0.0"),
		"oci://registry.example.com/org/cache:1.1.0": packed(t, "1.1.0"),
	}
	for wanted, want := range map[string]string{"1.0.0": "1.0.0", "1.x": "1.1.0"} {
		bothHelms(t, wanted, func(t *testing.T, version argocd.Version) {
			client := &auth.Client{Client: &http.Client{Transport: tagList(`{"tags": ["1.0.0", "1.1.0", "latest"]}`)}}
			options := Options{Version: version, Scratch: t.TempDir(), Registry: client, Getters: getter.Providers{{
				Schemes: []string{"oci"},
				New:     func(...getter.Option) (getter.Getter, error) { return served, nil },
			}}}
			dir := tree(t, "Chart.yaml", dependsOn(wanted, "oci://registry.example.com/org", ""))
			out, err := New(options).Render(t.Context(), testInput(t, dir, nil))
			if err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, out.Objects, "version"); got != want {
				t.Errorf("version %s was rendered, want %s", got, want)
			}
		})
	}
}

func TestDependenciesOnce(t *testing.T) {
	t.Parallel()
	bothHelms(t, "build", testDependenciesOnce)
}

func testDependenciesOnce(t *testing.T, version argocd.Version) {
	const https = "https://charts.example.com"
	repository := chartRepository(t, []string{"1.0.0"}, https)
	r := New(repository.options(t, version))
	dir := tree(t, "Chart.yaml", dependsOn("1.x", https, ""))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			helm := &argocd.Helm{ReleaseName: fmt.Sprintf("r%d", i), Values: fmt.Sprintf("cache: {size: %d}", i)}
			out, err := r.Render(t.Context(), testInput(t, dir, helm))
			if err != nil {
				t.Error(err)
				return
			}
			if got := dataOf(t, out.Objects, "size"); got != fmt.Sprint(i) {
				t.Errorf("release %d has the values of %s", i, got)
			}
		})
	}
	group.Wait()
	for url, count := range repository.count {
		if count != 1 {
			t.Errorf("%s was asked for %d times, want once", url, count)
		}
	}
}

// Links inside the repository are followed, as Helm does; others fail.
func TestDependencyLinks(t *testing.T) {
	t.Parallel()
	const https = "https://charts.example.com"
	for name, tt := range map[string]struct{ target, wantErr string }{
		"inside":     {"../shared", ""},
		"outside":    {"/etc", "the link leads outside of the repository"},
		"to itself":  {"../app", "is there a link that leads to itself?"},
		"to nowhere": {"nothing", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "app/Chart.yaml", dependsOn("1.x", https, ""), "shared/x.yaml", "kind: Shared\n")
			c := &chartCopier{root: root}
			if err := os.Symlink(tt.target, filepath.Join(root, "app/templates")); err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(t.TempDir(), "copy")
			err := c.copyDir(filepath.Join(root, "app"), to, 0)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if info, err := os.Lstat(filepath.Join(to, "templates/x.yaml")); err != nil || !info.Mode().IsRegular() {
				t.Errorf("the linked file was not copied: %v", err)
			}
		})
	}
}

// TestHelmGetsPartOfTheIndex looks at what Helm reads for each dependency.
func TestHelmGetsPartOfTheIndex(t *testing.T) {
	t.Parallel()
	bothHelms(t, "build", testHelmGetsPartOfTheIndex)
}

func testHelmGetsPartOfTheIndex(t *testing.T, version argocd.Version) {
	const https = "https://charts.example.com"
	repository := chartRepository(t, []string{"1.0.0", "1.2.0", "1.10.0"}, https)
	repository.files[https+"/index.yaml"] += "  other:\n  - {apiVersion: v2, name: other, version: 1.0.0, urls: [other-1.0.0.tgz]}\n"
	dir := tree(t, "Chart.yaml", dependsOn("1.x", https, ""))
	built, err := New(repository.options(t, version)).charts.build(t.Context(), testInput(t, dir, nil))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(built, "../.cache/*-index.yaml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("found indexes %v, error %v", files, err)
	}
	index, err := repo.LoadIndexFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, v := range index.Entries["cache"] {
		versions = append(versions, v.Version)
	}
	if diff := cmp.Diff([]string{"1.10.0", "1.2.0", "1.0.0"}, versions); diff != "" || len(index.Entries) != 1 {
		t.Errorf("%d charts; versions (-want +got) %s", len(index.Entries), diff)
	}
}

// TestLockFileOfAnotherChart has a lock that names a chart which Chart.yaml does
// not, under a digest that is right: Helm takes what the lock says.
func TestLockFileOfAnotherChart(t *testing.T) {
	t.Parallel()
	bothHelms(t, "build", testLockFileOfAnotherChart)
}

func testLockFileOfAnotherChart(t *testing.T, version argocd.Version) {
	const https = "https://charts.example.com"
	both := [2][]chart.Dependency{{{Name: "store", Version: "1.x", Repository: https}}, {{Name: "cache", Version: "1.0.0", Repository: https}}}
	text, err := json.Marshal(both)
	if err != nil {
		t.Fatal(err)
	}
	lock := fmt.Sprintf("dependencies:\n- {name: cache, version: 1.0.0, repository: '%s'}\ndigest: sha256:%x\n", https, sha256.Sum256(text))
	dir := tree(t, "Chart.yaml", plainChart+"dependencies:\n- {name: store, version: 1.x, repository: '"+https+"'}\n", "Chart.lock", lock)
	repository := chartRepository(t, []string{"1.0.0"}, https)
	_, err = New(repository.options(t, version)).charts.build(t.Context(), testInput(t, dir, nil))
	if err != nil || repository.count[https+"/cache-1.0.0.tgz"] != 1 {
		t.Errorf("downloads %v, error %v", repository.count, err)
	}
}
