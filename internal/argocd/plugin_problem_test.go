package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestReadPluginsProblems(t *testing.T) {
	t.Parallel()
	spec := func(text string) string {
		return "configs: {cmp: {create: true, plugins: {a: " + text + "}}}"
	}
	for _, tt := range []struct {
		name, text, want, hint string
	}{
		{"no name", "kind: ConfigManagementPlugin\nspec: {generate: {command: [a]}}", "expected metadata.name, found none", "metadata.name"},
		{"no command", "kind: ConfigManagementPlugin\nmetadata: {name: a}\nspec: {generate: {args: [x]}}", "expected plugin a to have generate.command", "spec.generate.command"},
		{"no spec", "kind: ConfigManagementPlugin\nmetadata: {name: a}", "generate.command, found none", "list of strings"},
		{"command is a string", "kind: ConfigManagementPlugin\nmetadata: {name: a}\nspec: {generate: {command: bash}}", `reading the spec of plugin "a"`, "list of strings"},
		{"template that says it is one", "{{ if .x }}\nkind: ConfigManagementPlugin", "parsing a ConfigManagementPlugin", "kind"},
		{"argocd-cmp-cm with something else", configMap("argocd-cmp-cm", "a.yaml", "kind: Pod"), `key a.yaml of ConfigMap argocd-cmp-cm: expected kind: ConfigManagementPlugin, found "Pod"`, "kind"},
		{"argocd-cmp-cm with no YAML", configMap("argocd-cmp-cm", "a.yaml", "a: b: c"), "parsing a ConfigManagementPlugin", "kind"},
		{"values without a command", spec("{init: {command: [a]}}"), "expected plugin a to have generate.command", "spec.generate.command"},
		{"values with a text", spec("text"), `expected configs.cmp.plugins.a to be a map, found "text"`, "spec.generate.command"},
		{"values without create", "configs: {cmp: {plugins: {a: {generate: {command: [a]}}}}} # create", "create is not true", "Set configs.cmp.create: true"},
		{"broken sidecar", spec("{generate: {command: [a]}}") + "\nrepoServer: {extraContainers: text}", "reading repoServer.extraContainers", "plugin-env"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := pluginTree(t, map[string]string{"dir/a.yaml": tt.text, "z.yaml": fmt.Sprintf(bare, "z")})
			got, problems, err := readPlugins(tree)
			if err != nil || len(problems) != 1 || len(got) == 0 || got[len(got)-1].Name != "z" {
				t.Fatalf("ReadPlugins: %v, %v, problems %v; want z and one problem", got, err, problems)
			}
			p := problems[0]
			if !strings.Contains(p.Err.Error(), tt.want) || p.File != "dir/a.yaml" {
				t.Errorf("problem %s: %v; want dir/a.yaml: %q", p.File, p.Err, tt.want)
			}
			if hint := fault.HintOf(p.Err); !strings.Contains(hint, tt.hint) {
				t.Errorf("hint %q; want %q", hint, tt.hint)
			}
		})
	}
}

func TestReadPluginsDuplicates(t *testing.T) {
	t.Parallel()
	commands := fmt.Sprintf(bare, "a")
	values := "configs: {cmp: {create: true, plugins: {a: {generate: {command: [sh, -c], args: [echo]}}}}}\n" +
		"repoServer: {extraContainers: [{image: i, command: [argocd-cmp-server]}]}\n"
	for name, texts := range map[string][2]string{
		"other commands": {commands, strings.Replace(commands, "echo", "rm", 1)},
		"other sidecar":  {values, strings.Replace(values, "image: i", "image: j", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, problems, err := readPlugins(pluginTree(t, map[string]string{"1.yaml": texts[0], "2.yaml": texts[1]}))
			if err != nil || len(got) != 1 || got[0].File != "1.yaml" {
				t.Errorf("ReadPlugins: %v, %v; want the first definition", got, err)
			}
			if len(problems) != 1 || problems[0].File != "2.yaml" || !strings.Contains(problems[0].Err.Error(), "the definition in 1.yaml is used") {
				t.Errorf("problems %v; want the second definition", problems)
			}
		})
	}
}

func TestReadPluginsDuplicateTakesSidecar(t *testing.T) {
	t.Parallel()
	values := "configs: {cmp: {create: true, plugins: {a: {generate: {command: [sh, -c], args: [echo]}}}}}\n" +
		"repoServer: {extraContainers: [{image: i, command: [argocd-cmp-server], env: [{name: X, value: v}]}]}\n"
	got, problems, err := readPlugins(pluginTree(t, map[string]string{"1.yaml": fmt.Sprintf(bare, "a"), "2.yaml": values}))
	want := plugin("a", "1.yaml")
	want.Env, want.Image = []string{"X=v"}, "i"
	if diff := cmp.Diff([]PluginDefinition{want}, got); err != nil || len(problems) > 0 || diff != "" {
		t.Errorf("ReadPlugins: %v %v (-want +got):\n%s", err, problems, diff)
	}
}
