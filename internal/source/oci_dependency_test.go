package source

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/downloader"
	helmregistry "helm.sh/helm/v3/pkg/registry"
)

// TestDependencyFromRegistry runs Helm's own dependency build.
func TestDependencyFromRegistry(t *testing.T) {
	t.Parallel()
	h := newOCIHost(t)
	for _, version := range []string{"1.0.0", "1.1.0"} {
		h.push(t, "org/web", version, chartLayer, string(webChart(t, version)))
	}
	h.login = basic("me", "hunter2")
	for name, tt := range map[string]struct{ version, password, file, err string }{
		"exact":      {"1.0.0", "hunter2", "web-1.0.0.tgz", ""},
		"constraint": {"1.x", "hunter2", "web-1.1.0.tgz", ""},
		"missing":    {"3.0.0", "hunter2", "", "registry doesn't have it"},
		"no match":   {"3.x", "hunter2", "", "3.x"},
		"no login":   {"1.0.0", "c4n4ry", "", "answered 401"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := ociFetcher(t, h, "username", "me", "password", tt.password)
			client, err := helmregistry.NewClient(helmregistry.ClientOptAuthorizer(*f.Registry()),
				helmregistry.ClientOptCredentialsFile(filepath.Join(t.TempDir(), "none.json")))
			if err != nil {
				t.Fatal(err)
			}
			dir := tree(t, "Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n- {name: web, version: '"+tt.version+"', repository: 'oci://"+h.name("org")+"'}\n")
			manager := &downloader.Manager{
				Out: io.Discard, ChartPath: dir, Getters: f.Getters(), RegistryClient: client, SkipUpdate: true,
				RepositoryConfig: filepath.Join(dir, "none.yaml"), RepositoryCache: dir,
			}
			err = manager.Build()
			if tt.err != "" {
				if wantError(t, err, tt.err); strings.Contains(err.Error(), "c4n4ry") {
					t.Errorf("error is %q", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if archive := read(t, dir, "charts", tt.file); archive != string(webChart(t, strings.TrimSuffix(strings.TrimPrefix(tt.file, "web-"), ".tgz"))) {
				t.Error("the archive is another one")
			}
		})
	}
}
