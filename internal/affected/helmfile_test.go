package affected

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/tree"
)

func TestHelmfile(t *testing.T) {
	t.Parallel()
	state := "environments: {prod: {values: [env/prod.yaml]}}\n---\nbases: [../common/base.yaml]\nreleases: [{name: a, chart: ../../charts/a, values: [values/*.yaml, ../../shared.yaml, {inline: x}]}]\n"
	files := map[string]string{
		"charts/web/helmfile.yaml": state, "charts/web/env/prod.yaml": "", "charts/common/base.yaml": "helmfiles: [more.yaml]",
		"charts/common/more.yaml": "releases: []", "charts/a/Chart.yaml": "dependencies: [{repository: 'file://../lib'}]", "shared.yaml": "", "charts/lib/x": "",
	}
	script := "if [[ -v A ]]; then helmfile -e $A template -q\nelse helmfile template\nfi\n"
	for name, test := range map[string]struct {
		files   map[string]string
		script  string
		changed []string
		want    []string
	}{
		"a file that nothing names":  {nil, script, []string{"README.md"}, nil},
		"values outside of the path": {nil, script, []string{"shared.yaml"}, []string{"shared.yaml is named by a helmfile in charts/web"}},
		"a chart":                    {nil, script, []string{"charts/a/templates/x.yaml"}, []string{"charts/a/templates/x.yaml is in charts/a, which a helmfile in charts/web names"}},
		"a dependency of a chart":    {nil, script, []string{"charts/lib/x"}, []string{"charts/lib/x belongs to chart charts/lib, a dependency of charts/a"}},
		"a base":                     {nil, script, []string{"charts/common/base.yaml"}, []string{"charts/common/base.yaml is a helmfile"}},
		"a helmfile of a base":       {nil, script, []string{"charts/common/more.yaml"}, []string{"charts/common/more.yaml is a helmfile"}},
		"a template":                 {map[string]string{"charts/web/helmfile.yaml": state + "# {{ .Environment.Name }}"}, script, []string{"README.md"}, []string{"charts/web/helmfile.yaml uses templates, so any change counts, and README.md changed"}},
		"values that read":           {map[string]string{"shared.yaml.gotmpl": `{{ readFile "x" }}`, "charts/web/helmfile.yaml": "releases: [{values: [../../shared.yaml.gotmpl]}]"}, script, []string{"x"}, []string{"shared.yaml.gotmpl may read other files, so any change counts, and x changed"}},
		"values that template only":  {map[string]string{"shared.yaml.gotmpl": `{{ .Values.a }}`, "charts/web/helmfile.yaml": "releases: [{values: [../../shared.yaml.gotmpl]}]"}, script, []string{"x"}, nil},
		"hooks":                      {map[string]string{"charts/web/helmfile.yaml": "releases: [{hooks: [{command: sh}]}]"}, script, []string{"x"}, []string{"a helmfile in charts/web runs commands (hooks), so any change counts, and x changed"}},
		"a script that does more":    {nil, "helmfile template | sed s/a/b/", []string{"x"}, []string{"plugin p may read any file of the repository, and x changed"}},
		"a script that runs more":    {nil, "cat ../../x; helmfile template", []string{"x"}, []string{"plugin p may read any file of the repository, and x changed"}},
		"a script with another file": {nil, "helmfile -f ../../x template", []string{"x"}, []string{"plugin p may read any file of the repository, and x changed"}},
		"a script that substitutes":  {nil, "helmfile template $(cat ../../x)", []string{"x"}, []string{"plugin p may read any file of the repository, and x changed"}},
		"another plugin":             {nil, "kubectl kustomize", []string{"x"}, []string{"plugin p may read any file of the repository, and x changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := map[string]string{}
			for _, m := range []map[string]string{files, test.files} {
				for k, v := range m {
					all[k] = v
				}
			}
			plugin := argocd.PluginDefinition{Name: "p", Discover: argocd.Discover{FileName: "helmfile.yaml"}, Generate: argocd.PluginCommand{Command: []string{"bash", "-c", test.script}}}
			side := Side{Tree: NewTree(tree.Dir(writeTree(t, all))), Applications: []argocd.Application{app("web")}}
			selected, _ := Select(Query{Base: side, Head: side, Changed: test.changed, Plugins: []argocd.PluginDefinition{plugin}, Repository: argocd.Repository{URLs: []string{own}, BaseBranch: "main"}})
			var got []string
			for _, s := range selected {
				got = append(got, s.Reasons...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnnotation(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		annotation, changed string
		want                bool
	}{
		{".", "charts/web/a", true},
		{"..", "charts/other/a", true},
		{"/shared", "shared/x/y.yaml", true},
		{"/shared", "shared-other/y.yaml", false},
		{"/shared/*-secret.yaml", "shared/a-secret.yaml", true},
		{"/shared/*", "shared/x/y.yaml", false},
		{" /a ; /b ;", "b/x", true},
		{"/", "anything", true},
		{"/a", "b", false},
	} {
		a := app("web", with(func(s *argocd.Source) { s.Plugin = &argocd.Plugin{Name: "p"} }), func(a *argocd.Application) {
			a.Annotations = map[string]string{generatePaths: test.annotation}
		})
		side := Side{Tree: NewTree(tree.Dir(t.TempDir())), Applications: []argocd.Application{a}}
		selected, _ := Select(Query{Base: side, Head: side, Changed: []string{test.changed}, Repository: argocd.Repository{URLs: []string{own}, BaseBranch: "main"}})
		if (len(selected) > 0) != test.want {
			t.Errorf("%q, %s: selected %v", test.annotation, test.changed, selected)
		}
	}
}
