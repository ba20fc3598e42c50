package argocd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const bare = `apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: %s
spec:
  generate:
    command: [sh, -c]
    args: [echo]
`

const helmfileValues = `repoServer:
  extraContainers:
    - name: other
      image: docker.io/library/busybox:1
      command: [sleep]
    - name: helmfile-plugin
      image: ghcr.io/helmfile/helmfile:v0.157.0
      command: ["/var/run/argocd/argocd-cmp-server"]
      env:
        - {name: HELM_CACHE_HOME, value: /tmp/helm/cache}
        - {name: HELM_CONFIG_HOME, value: /tmp/helm/config}
        - {name: HELMFILE_CACHE_HOME, value: /tmp/helmfile/cache}
        - {name: HELMFILE_TEMPDIR, value: /tmp/helmfile/tmp}
      volumeMounts:
        - {mountPath: /var/run/argocd, name: var-files}
        - {mountPath: /home/argocd/cmp-server/config/plugin.yaml, subPath: helmfile.yaml, name: argocd-cmp-cm}
configs:
  cmp:
    create: true
    plugins:
      helmfile:
        allowConcurrency: true
        lockRepo: false
        discover:
          fileName: helmfile.yaml
        generate:
          command:
            - bash
            - "-c"
            - |
              if [[ -v ENV_NAME ]]; then
                helmfile -n "$ARGOCD_APP_NAMESPACE" -e $ENV_NAME template --include-crds -q
              fi
`

// helmfilePlugin is what helmfileValues define.
var helmfilePlugin = PluginDefinition{
	Name: "helmfile",
	Generate: PluginCommand{Command: []string{"bash", "-c",
		"if [[ -v ENV_NAME ]]; then\n  helmfile -n \"$ARGOCD_APP_NAMESPACE\" -e $ENV_NAME template --include-crds -q\nfi\n"}},
	Discover: Discover{FileName: "helmfile.yaml"},
	Env: []string{"HELM_CACHE_HOME=/tmp/helm/cache", "HELM_CONFIG_HOME=/tmp/helm/config",
		"HELMFILE_CACHE_HOME=/tmp/helmfile/cache", "HELMFILE_TEMPDIR=/tmp/helmfile/tmp"},
	Image: "ghcr.io/helmfile/helmfile:v0.157.0",
	File:  "argo-cd/values.yaml",
}

func plugin(name, file string) PluginDefinition {
	return PluginDefinition{Name: name, File: file, Generate: PluginCommand{Command: []string{"sh", "-c"}, Args: []string{"echo"}}}
}

func pluginTree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func indent(text string, n int) string {
	space := strings.Repeat(" ", n)
	return space + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+space) + "\n"
}

func configMap(name, key, text string) string {
	return "kind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  " + key + ": |\n" + indent(text, 4)
}

func TestReadPluginsPlaces(t *testing.T) {
	t.Parallel()
	umbrella := "argo-cd:\n" + indent(helmfileValues, 2)
	nested := helmfilePlugin
	nested.File = "values.yaml"
	full := "kind: ConfigManagementPlugin\nmetadata: {name: a}\nspec:\n  version: v1.2\n  preserveFileMode: true\n  provideGitCreds: true\n" +
		"  init: {command: [make], args: [x]}\n  generate: {command: [sh, -c], args: [echo]}\n  discover: {find: {glob: '**/x', command: [ls]}}\n"
	everything := plugin("a", "a.yml")
	everything.Version, everything.PreserveFileMode, everything.ProvideGitCreds = "v1.2", true, true
	everything.Init = &PluginCommand{Command: []string{"make"}, Args: []string{"x"}}
	everything.Discover.Find = Find{Glob: "**/x", PluginCommand: PluginCommand{Command: []string{"ls"}}}
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []PluginDefinition
	}{
		{"nothing", map[string]string{"a.yaml": "a: b"}, nil},
		{"bare, in a file of any name", map[string]string{"x/y.yml": fmt.Sprintf(bare, "a")}, []PluginDefinition{plugin("a", "x/y.yml")}},
		{"every field", map[string]string{"a.yml": full}, []PluginDefinition{everything}},
		{"second document", map[string]string{"a.yaml": "a: b\n---\n" + fmt.Sprintf(bare, "a")}, []PluginDefinition{plugin("a", "a.yaml")}},
		{"sorted by name, not by file", map[string]string{"1.yaml": fmt.Sprintf(bare, "b"), "2.yaml": fmt.Sprintf(bare, "a")},
			[]PluginDefinition{plugin("a", "2.yaml"), plugin("b", "1.yaml")}},
		{"ConfigMap of the chart", map[string]string{"cm.yaml": configMap("argocd-cmp-cm", "a.yaml", "---\n"+fmt.Sprintf(bare, "a"))},
			[]PluginDefinition{plugin("a", "cm.yaml")}},
		{"ConfigMap of any name", map[string]string{"cm.yaml": configMap("mine", "plugin.yaml", fmt.Sprintf(bare, "a"))},
			[]PluginDefinition{plugin("a", "cm.yaml")}},
		{"values", map[string]string{"argo-cd/values.yaml": helmfileValues}, []PluginDefinition{helmfilePlugin}},
		{"values of an umbrella chart", map[string]string{"values.yaml": umbrella}, []PluginDefinition{nested}},
		{"other extensions", map[string]string{"a.txt": fmt.Sprintf(bare, "a"), "b.yaml.bak": fmt.Sprintf(bare, "a")}, nil},
		{"too large", map[string]string{"a.yaml": fmt.Sprintf(bare, "a") + strings.Repeat("#", maxPluginFile)}, nil},
		{".git", map[string]string{".git/a.yaml": fmt.Sprintf(bare, "a")}, nil},
		{"templates of a chart", map[string]string{"c/Chart.yaml": "name: c", "c/templates/cm.yaml": "{{ if .x }}\n" + bare}, nil},
		{"values that are a template", map[string]string{"v.yaml": "{{ if .x }}\n" + helmfileValues}, nil},
		{"same definition twice", map[string]string{"1.yaml": fmt.Sprintf(bare, "a"), "2.yaml": fmt.Sprintf(bare, "a")},
			[]PluginDefinition{plugin("a", "1.yaml")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problems, err := readPlugins(pluginTree(t, tt.files))
			if err != nil || len(problems) > 0 {
				t.Fatalf("ReadPlugins: %v, problems %v", err, problems)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("definitions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadPluginsSymlinks(t *testing.T) {
	t.Parallel()
	outside := pluginTree(t, map[string]string{"a.yaml": fmt.Sprintf(bare, "a")})
	tree := pluginTree(t, map[string]string{"b.yaml": fmt.Sprintf(bare, "b")})
	for link, target := range map[string]string{"dir": outside, "file.yaml": filepath.Join(outside, "a.yaml"), "self": tree} {
		if err := os.Symlink(target, filepath.Join(tree, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, _, err := readPlugins(tree)
	if diff := cmp.Diff([]PluginDefinition{plugin("b", "b.yaml")}, got); err != nil || diff != "" {
		t.Errorf("ReadPlugins: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadPluginFiles(t *testing.T) {
	t.Parallel()
	tree := pluginTree(t, map[string]string{
		"argo-cd/values.yaml": helmfileValues, "a.txt": fmt.Sprintf(bare, "a"), "none.yaml": "a: b",
		"broken.yaml": "kind: ConfigManagementPlugin",
	})
	in := func(name string) string { return filepath.Join(tree, name) }
	got, problems, err := ReadPluginFiles(in("argo-cd/values.yaml"), in("a.txt"))
	helmfile := helmfilePlugin
	helmfile.File = in("argo-cd/values.yaml")
	if diff := cmp.Diff([]PluginDefinition{plugin("a", in("a.txt")), helmfile}, got); err != nil || len(problems) > 0 || diff != "" {
		t.Errorf("ReadPluginFiles: %v %v (-want +got):\n%s", err, problems, diff)
	}
	for name, want := range map[string]string{
		"none.yaml": "expected a config management plugin, found none", "broken.yaml": "expected metadata.name", "missing.yaml": "no such file",
	} {
		_, _, err := ReadPluginFiles(in("a.txt"), in(name))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), in(name)) {
			t.Errorf("ReadPluginFiles(%s): %v; want %q and the path", name, err, want)
		}
	}
}

func BenchmarkReadPlugins(b *testing.B) {
	dir := b.TempDir()
	text := strings.Repeat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {key: value}\n---\n", 20)
	for i := range 10_000 {
		sub := filepath.Join(dir, fmt.Sprint(i%100))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("%d.yaml", i)), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, _, err := readPlugins(dir); err != nil {
			b.Fatal(err)
		}
	}
}
