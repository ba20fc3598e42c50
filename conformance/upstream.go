package conformance

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const argocdModule = "github.com/argoproj/argo-cd/v3"

// upstreamDirs are the parts of Argo CD's module that hold sources. Each is
// the root of a repository of its own, so that ../ works as it does there.
var upstreamDirs = []string{
	"cmpserver/plugin/testdata",
	"reposerver/repository/testdata",
	"test/e2e/testdata",
	"test/e2e/testdata2",
	"util/app/discovery/testdata",
	"util/helm/testdata",
	"util/kustomize/testdata",
}

// upstreamCases finds the sources in Argo CD's test data, where Go keeps the
// module, and makes variations of each by its type.
func upstreamCases(module string) ([]Case, error) {
	var all []Case
	for _, dir := range upstreamDirs {
		from := filepath.Join(module, dir)
		w := &World{Name: strings.ReplaceAll(dir, "/", "-"), Upstream: true, Populate: func(to string) error { return copyTree(from, to) }}
		cases, err := sourcesIn(from, w)
		if err != nil {
			return nil, err
		}
		all = append(all, cases...)
	}
	return all, nil
}

// moduleDir is where Go keeps Argo CD's module.
func moduleDir() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", argocdModule).Output()
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", argocdModule, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// copyTree makes a writable copy: Git needs a repository of its own, and the
// module cache is read-only.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if path.Ext(p) == ".sh" {
			mode = 0o755 // a module's zip has no modes
		}
		return writeFile(filepath.Join(to, rel), data, mode)
	})
}

// sourcesIn makes the cases of every directory with a file that some tool
// reads.
func sourcesIn(root string, w *World) ([]Case, error) {
	var cases []Case
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || p == root {
			return err
		}
		if d.Name() == "templates" || d.Name() == "crds" {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(root, p)
		if err != nil || excluded(w.Name+"/"+filepath.ToSlash(rel)) {
			return err
		}
		list, err := variations(p, filepath.ToSlash(rel), w)
		cases = append(cases, list...)
		return err
	})
	return cases, err
}

// excluded are directories that are no test of a render.
func excluded(name string) bool {
	return slices.ContainsFunc(unusable, func(u string) bool { return strings.HasPrefix(name+"/", u+"/") })
}

var unusable = []string{
	// Need a server of Argo CD's end-to-end tests, or the internet. Our own
	// cases have dependencies from a server on the loopback interface.
	"reposerver-repository-testdata/helm-with-dependencies",
	"reposerver-repository-testdata/oci-dependencies",
	"test-e2e-testdata/helm-oci-authed-with-dependencies",
	"test-e2e-testdata/helm-oci-with-dependencies",
	"test-e2e-testdata/helm-with-dependencies",
	"test-e2e-testdata/helm-with-multiple-dependencies",
	"test-e2e-testdata/helm-with-multiple-dependencies-permission-denied",
	"test-e2e-testdata/https-kustomize-base",
	"test-e2e-testdata/ssh-kustomize-base",
	"util-helm-testdata/dependency",
	// Lose their symbolic links in a module's zip. Our own cases have some.
	"test-e2e-testdata2/guestbook-partial-symlink-files",
}

// variation is a source with some options.
type variation struct {
	name   string
	source map[string]any
	spec   spec
}

func variations(dir, rel string, w *World) ([]Case, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	subdirs := false
	for _, e := range entries {
		subdirs = subdirs || e.IsDir()
		if !e.IsDir() {
			files = append(files, e.Name())
		}
	}
	list, err := byType(dir, files, subdirs)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, v := range list {
		v.spec.Helm = slices.Contains(files, "Chart.yaml")
		v.spec.Name = applicationName(rel, v.name)
		v.spec.Source = map[string]any{"path": rel}
		merge(v.spec.Source, v.source)
		definitions, err := pluginsOf(dir, &v.spec)
		if err != nil {
			return nil, err
		}
		c, err := newCase(v.spec, w, definitions)
		if err != nil {
			return nil, err
		}
		c.Name = w.Name + "/" + rel + "/" + v.name
		cases = append(cases, c)
	}
	return cases, nil
}

// applicationName is unique in its repository and short enough for a release.
func applicationName(rel, variation string) string {
	name := strings.ToLower(strings.NewReplacer("/", "-", "_", "-", ".", "").Replace(rel)) + "-" + variation
	if len(name) > 53 {
		name = name[len(name)-53:]
	}
	return strings.Trim(name, "-")
}

// pluginsOf reads the definition of a directory with plugin.yaml.
func pluginsOf(dir string, s *spec) (map[string]map[string]any, error) {
	if len(s.Plugins) == 0 {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Join(dir, "plugin.yaml"))
	if err != nil {
		return nil, err
	}
	var definition map[string]any
	err = yaml.Unmarshal(data, &definition)
	return map[string]map[string]any{"plugin.yaml": definition}, err
}

func byType(dir string, files []string, subdirs bool) ([]variation, error) {
	has := func(names ...string) bool {
		return slices.ContainsFunc(files, func(f string) bool { return slices.Contains(names, f) })
	}
	switch {
	case has("plugin.yaml"):
		return pluginVariations(dir)
	case has("kustomization.yaml", "kustomization.yml", "Kustomization"):
		return kustomizeVariations(), nil
	case has("Chart.yaml"):
		return helmVariations(files), nil
	case slices.ContainsFunc(files, isManifest):
		return directoryVariations(files, subdirs), nil
	}
	return nil, nil
}

func isManifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json", ".jsonnet"}, path.Ext(name))
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(name)))
}

func helmVariations(files []string) []variation {
	list := []variation{
		{name: "plain"},
		{name: "options", source: map[string]any{"helm": map[string]any{
			"releaseName": "other", "namespace": "elsewhere", "skipCrds": true, "skipTests": true,
			"parameters": []any{
				map[string]any{"name": "conformance.list", "value": "{a,b}"},
				map[string]any{"name": "conformance.text", "value": "a,b", "forceString": true},
				map[string]any{"name": "replicaCount", "value": "3"},
				map[string]any{"name": "image.tag", "value": "$ARGOCD_APP_NAME"},
			},
			"valuesObject": map[string]any{"service": map[string]any{"type": "NodePort"}, "fullnameOverride": "renamed"},
		}}},
	}
	for _, f := range files {
		if isYAML(f) && f != "Chart.yaml" {
			list = append(list, variation{name: "values-" + strings.ToLower(strings.NewReplacer(".", "", "_", "-").Replace(f)),
				source: map[string]any{"helm": map[string]any{"valueFiles": []any{f}, "values": "conformance: true\n"}}})
		}
	}
	return list
}

func kustomizeVariations() []variation {
	return []variation{
		{name: "plain"},
		{name: "names", source: map[string]any{"kustomize": map[string]any{
			"namePrefix": "first-", "nameSuffix": "-last", "namespace": "elsewhere",
			"images": []any{"nginx=registry.example.com/nginx:1.27", "quay.io/argoprojlabs/argocd-e2e-container:9"},
		}}},
		{name: "labels", source: map[string]any{"kustomize": map[string]any{
			"commonLabels": map[string]any{"app": "$ARGOCD_APP_NAME", "team": "one"}, "forceCommonLabels": true,
			"commonAnnotations": map[string]any{"note": "$ARGOCD_APP_NAME"}, "forceCommonAnnotations": true,
		}}},
		{name: "patch", source: map[string]any{"kustomize": map[string]any{
			"patches": []any{map[string]any{
				"target": map[string]any{"kind": "Deployment"},
				"patch":  "- op: add\n  path: /metadata/annotations\n  value: {patched: \"yes\"}\n",
			}},
		}}},
	}
}

func directoryVariations(files []string, subdirs bool) []variation {
	list := []variation{
		{name: "plain"},
		{name: "exclude", source: map[string]any{"directory": map[string]any{"exclude": "*" + path.Ext(files[0])}}},
	}
	if subdirs {
		list = append(list, variation{name: "recurse", source: map[string]any{"directory": map[string]any{"recurse": true}}})
	}
	if slices.ContainsFunc(files, func(f string) bool { return path.Ext(f) == ".jsonnet" }) {
		list = append(list, variation{name: "jsonnet", source: map[string]any{"directory": map[string]any{"jsonnet": map[string]any{
			"extVars": []any{map[string]any{"name": "foo", "value": "$ARGOCD_APP_NAME"}, map[string]any{"name": "bar", "value": "1 + 1", "code": true}},
			"tlas":    []any{map[string]any{"name": "name", "value": "given"}, map[string]any{"name": "replicas", "value": "2", "code": true}},
			"libs":    []any{"vendor"},
		}}}})
	}
	return list
}

// pluginVariations let discovery choose the plugin, then name it.
func pluginVariations(dir string) ([]variation, error) {
	data, err := os.ReadFile(filepath.Join(dir, "plugin.yaml"))
	if err != nil {
		return nil, err
	}
	var definition struct {
		Metadata struct{ Name string }
		Spec     struct{ Version string }
	}
	if err := yaml.Unmarshal(data, &definition); err != nil {
		return nil, err
	}
	name := definition.Metadata.Name
	if definition.Spec.Version != "" {
		name += "-" + definition.Spec.Version
	}
	plugins := spec{Plugins: []string{"plugin.yaml"}}
	return []variation{
		{name: "discovered", spec: plugins},
		{name: "named", spec: plugins, source: map[string]any{"plugin": map[string]any{"name": name,
			"env":        []any{map[string]any{"name": "FOO", "value": "$ARGOCD_APP_NAME"}, map[string]any{"name": "BAR", "value": ""}},
			"parameters": []any{map[string]any{"name": "text", "string": "one"}, map[string]any{"name": "list", "array": []any{"a", "b"}}},
		}}},
	}, nil
}
