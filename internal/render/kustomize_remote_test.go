package render

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"helm.sh/helm/v3/pkg/getter"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestParseRemoteBase(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		want   remoteBase
		remote bool
	}{
		"https://github.com/org/repo":                              {remoteBase{"https://github.com/org/repo", "", ""}, true},
		"https://github.com/org/repo/a/b?ref=v1":                   {remoteBase{"https://github.com/org/repo", "v1", "a/b"}, true},
		"HTTPS://GITHUB.com/org/repo?version=v1":                   {remoteBase{"https://github.com/org/repo", "v1", ""}, true},
		"github.com/org/repo//a?ref=v1&version=v2":                 {remoteBase{"https://github.com/org/repo", "v1", "a"}, true},
		"git@github.com:org/repo.git/a":                            {remoteBase{"git@github.com:org/repo.git", "", "/a"[1:]}, true},
		"ssh://git@github.com/org/repo":                            {remoteBase{"git@github.com:org/repo", "", ""}, true},
		"ssh://git@git.example.com:2222/org/repo.git//a":           {remoteBase{"ssh://git@git.example.com:2222/org/repo.git", "", "a"}, true},
		"user@git.example.com:a/b/c.git":                           {remoteBase{"user@git.example.com:a/b/c.git", "", ""}, true},
		"git::https://git.example.com/a/b/c.git":                   {remoteBase{"https://git.example.com/a/b/c.git", "", ""}, true},
		"https://dev.azure.com/org/project/_git/repo/a?ref=x":      {remoteBase{"https://dev.azure.com/org/project/_git/repo", "x", "a"}, true},
		"https://git.example.com/group/sub/repo//deploy?timeout=9": {remoteBase{"https://git.example.com/group/sub/repo", "", "deploy"}, true},
		"file:///srv/repo?ref=x":                                   {remoteBase{"file:///srv/repo", "x", ""}, true},
		"../base":                                                  {},
		"user@file.yaml":                                           {},
		"git.example.com/org/repo":                                 {},
		"https://example.com":                                      {},
		"/abs/path":                                                {},
	}
	for in, test := range tests {
		got, remote := parseRemoteBase(in)
		if got != test.want || remote != test.remote {
			t.Errorf("%s: got %+v %v, want %+v %v", in, got, remote, test.want, test.remote)
		}
	}
}

// remotes are repositories by "url@ref".
type remotes map[string]string

func (r remotes) Fetch(_ context.Context, url, ref string) (string, error) {
	dir, ok := r[url+"@"+ref]
	if !ok {
		return "", errors.New("no such repository")
	}
	return dir, nil
}

func TestRemoteBases(t *testing.T) {
	t.Parallel()
	one := tree(t, "deploy/kustomization.yaml", "resources: [../common, 'git@github.com:org/two.git?ref=release/1', c.yaml]\nnamePrefix: one-\n",
		"common/kustomization.yaml", "resources: [d.yaml]\n", "common/d.yaml", deployment,
		"deploy/c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")
	two := tree(t, "kustomization.yaml", "resources: [c.yaml]\nnamePrefix: two-\n", "c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n")
	component := tree(t, "c/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n")
	root := tree(t, "app/kustomization.yaml", "resources: ['https://github.com/org/one//deploy?ref=v1']\ncomponents: ['https://git.example.com/x/comp.git/c']\n")
	bases := remotes{"https://github.com/org/one@v1": one, "git@github.com:org/two.git@release/1": two, "https://git.example.com/x/comp.git@": component}
	out, err := buildKustomize(t, Options{RemoteBases: bases}, kustomizeInput(t, root, "app", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name: one-web-c", "name: one-two-c-c", "name: one-c-c"} {
		if !strings.Contains(out, name+"\n") {
			t.Errorf("no %q in\n%s", name, out)
		}
	}
}

func TestRemoteBasesWithoutFetcher(t *testing.T) {
	t.Parallel()
	root := tree(t, "app/kustomization.yaml", "resources: [../base]\n",
		"base/kustomization.yaml", "resources: ['https://user:secret@git.example.com/x/y?ref=v1']\n")
	_, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", nil))
	var skip *fault.Unsupported
	if !errors.As(err, &skip) || skip.Reason != "remote base https://git.example.com/x/y is not fetched" {
		t.Errorf("got %v", err)
	}
	if fault.FileOf(err) != "base/kustomization.yaml" {
		t.Errorf("in file %q", fault.FileOf(err))
	}
}

// TestRemoteBaseStaysInside: neither repository may use the other's files.
func TestRemoteBaseStaysInside(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"../../../../../../repo/secret", "../../../../../../../repo/secret"} {
		remote := tree(t, "kustomization.yaml", "resources: ["+way+"]\n")
		root := tree(t, "app/kustomization.yaml", "resources: ['https://github.com/org/one?ref=v1']\n",
			"secret/kustomization.yaml", "namePrefix: a-\n")
		_, err := buildKustomize(t, Options{RemoteBases: remotes{"https://github.com/org/one@v1": remote}}, kustomizeInput(t, root, "app", nil))
		wantError(t, err, "leads out of the repository", "github.com/org/one@v1/kustomization.yaml")
	}
}

// TestNeverRunsGit is the one test that changes the environment: git on PATH
// leaves a trace, and no kustomization makes it do so.
func TestNeverRunsGit(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "ran")
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\n: > "+trace+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for address, want := range map[string]string{
		"https://github.com/a/b?ref=--upload-pack=touch":  "expected a branch",
		"file:///srv/repo?ref=--upload-pack=touch":        "expected an https or ssh URL",
		"file:///srv/repo":                                "expected an https or ssh URL",
		"http://git.example.com/a/b":                      "expected an https or ssh URL",
		"https://-oProxyCommand=x/a/b":                    "expected an https or ssh URL",
		"ssh://-oProxyCommand=x/a/b":                      "expected an https or ssh URL",
		"git@-oProxyCommand=x:a/b":                        "expected an https or ssh URL",
		"a@b/c/d":                                         "expected an https or ssh URL",
		"git::ext::sh -c touch":                           "no such file",
		"git::git::https://github.com/a/b":                "no such file",
		"github.com/only":                                 "no such file",
		"user@dir":                                        "no such file",
		"https://github.com/a/b//../../c":                 "leads out",
		"https://github.com/a/b?ref=v1":                   "not fetched",
		"ssh://git@example.com/a/b\nx":                    "expected an https or ssh URL",
		"https://github.com/a/b?submodules=true&ref=a..b": "not fetched",
	} {
		for _, field := range []string{"resources", "bases", "components", "generators", "transformers", "validators"} {
			root := tree(t, "app/kustomization.yaml", field+": ["+quote(address)+"]\n")
			_, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", nil))
			if err == nil || field == "resources" && !strings.Contains(err.Error(), want) {
				t.Errorf("%s %s: got %v, want %q", field, address, err, want)
			}
			if _, ran := os.Stat(trace); ran == nil {
				t.Fatalf("%s %s ran git", field, address)
			}
		}
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, "\n", `\n`) + `"` }

// remoteFiles is a kustomization for each field that may name a file.
func remoteFiles(url string) map[string]string {
	plugin := "- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: " + url + "\n"
	return map[string]string{
		"resources":             "resources: [" + url + "]\n",
		"crds":                  "crds: [" + url + "]\n",
		"configurations":        "configurations: [" + url + "]\n",
		"openapi":               "openapi: {path: " + url + "}\n",
		"patches":               "patches:\n- path: " + url + "\n",
		"patchesJson6902":       "patchesJson6902:\n- {path: " + url + ", target: {kind: A, name: a, version: v1}}\n",
		"patchesStrategicMerge": "patchesStrategicMerge: [" + url + "]\n",
		"replacements":          "replacements:\n- path: " + url + "\n",
		"files":                 "configMapGenerator:\n- {name: a, files: [" + url + "]}\n",
		"keyed files":           "secretGenerator:\n- {name: a, files: [k=" + url + "]}\n",
		"envs":                  "configMapGenerator:\n- {name: a, envs: [" + url + "]}\n",
		"env":                   "configMapGenerator:\n- {name: a, env: " + url + "}\n",
		"transformers":          "transformers: [" + url + "]\n",
		"plugin path":           "transformers:\n" + plugin,
		"plugin key in caps":    "transformers:\n" + strings.Replace(plugin, "path", "PATH", 1),
	}
}

func TestRemoteFilesAreNotDownloadedByKustomize(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(server.Close)
	for field, text := range remoteFiles(server.URL + "/x.yaml") {
		root := tree(t, "app/kustomization.yaml", text)
		_, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", nil))
		if skip := (*fault.Unsupported)(nil); !errors.As(err, &skip) {
			t.Errorf("%s: got %v, want it skipped", field, err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestRemoteFilesByGetter(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a/d.yaml" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: far}\n"))
	}))
	t.Cleanup(server.Close)
	options := Options{Getters: getter.Providers{{Schemes: []string{"http"}, New: getter.NewHTTPGetter}}}
	root := tree(t, "app/kustomization.yaml", "resources: ["+server.URL+"/a/d.yaml]\nconfigMapGenerator:\n- {name: c, files: ["+server.URL+"/a/d.yaml]}\n")
	out, err := buildKustomize(t, options, kustomizeInput(t, root, "app", nil))
	if err != nil || !strings.Contains(out, "name: far\n") || !strings.Contains(out, "\n  d.yaml: |") {
		t.Errorf("got %v\n%s", err, out)
	}
	root = tree(t, "app/kustomization.yaml", "resources: ["+server.URL+"/gone.yaml]\n")
	_, err = buildKustomize(t, options, kustomizeInput(t, root, "app", nil))
	wantError(t, err, "app/kustomization.yaml", "/gone.yaml", "404")
}
