package affected

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/tree"
)

const own = "https://github.com/o/r.git"

// app makes an Application with one source of this repository.
func app(name string, change ...func(*argocd.Application)) argocd.Application {
	source := argocd.Source{RepoURL: own, Path: "charts/" + name, TargetRevision: "main"}
	a := argocd.Application{Name: name, File: "apps/" + name + ".yaml", Spec: argocd.Spec{Source: &source}}
	for _, c := range change {
		c(&a)
	}
	a.Definition = map[string]any{"metadata": map[string]any{"name": a.Name}, "spec": map[string]any{"revision": a.Spec.Source.TargetRevision, "project": a.Spec.Project}}
	return a
}

func with(f func(s *argocd.Source)) func(*argocd.Application) {
	return func(a *argocd.Application) { f(a.Spec.Source) }
}

// writeTree writes files and gives their root.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestReasons(t *testing.T) {
	t.Parallel()
	helm := func(h argocd.Helm) func(*argocd.Application) {
		return with(func(s *argocd.Source) { s.Helm = &h })
	}
	chart := func(a *argocd.Application) {
		*a.Spec.Source = argocd.Source{RepoURL: "https://charts.example", Chart: "c", TargetRevision: "1.0.0"}
	}
	for name, test := range map[string]struct {
		app     argocd.Application
		files   map[string]string
		changed []string
		plugins []argocd.PluginDefinition
		want    []string
	}{
		"below the path": {
			app: app("web"), changed: []string{"charts/web/templates/a.yaml"},
			want: []string{"charts/web/templates/a.yaml is below the source path"},
		},
		"many below the path are one reason": {
			app: app("web"), changed: []string{"charts/web/a", "charts/web/b", "charts/web/c"},
			want: []string{"charts/web/a is below the source path, and 2 more files"},
		},
		"a directory whose name only begins alike": {
			app: app("web"), changed: []string{"charts/web-other/a.yaml", "charts/webx"},
		},
		"the path . is the whole repository": {
			app: app("web", with(func(s *argocd.Source) { s.Path = "." })), changed: []string{"README.md"},
			want: []string{"README.md is below the source path"},
		},
		"another repository": {
			app: app("web", with(func(s *argocd.Source) { s.RepoURL = "https://github.com/o/other" })), changed: []string{"charts/web/a"},
		},
		"another revision": {
			app: app("web", with(func(s *argocd.Source) { s.TargetRevision = "v1.0.0" })), changed: []string{"charts/web/a"},
		},
		"a value file outside of the path": {
			app: app("web", helm(argocd.Helm{ValueFiles: []string{"../../env/prod.yaml", "/global.yaml"}})), changed: []string{"env/prod.yaml", "global.yaml"},
			want: []string{"env/prod.yaml is a value file", "global.yaml is a value file"},
		},
		"a glob of value files": {
			app: app("web", helm(argocd.Helm{ValueFiles: []string{"/env/**/*.yaml"}})), changed: []string{"env/a/b.yaml", "env/a/b.txt"},
			want: []string{"env/a/b.yaml is a value file (env/**/*.yaml)"},
		},
		"a value file named by a variable": {
			app: app("web", helm(argocd.Helm{ValueFiles: []string{"/env/$ARGOCD_APP_NAME.yaml"}})), changed: []string{"env/web.yaml"},
			want: []string{"a value file env/$ARGOCD_APP_NAME.yaml is named by a variable, and env/web.yaml changed"},
		},
		"a file parameter": {
			app: app("web", helm(argocd.Helm{FileParameters: []argocd.HelmFile{{Name: "x", Path: "/certs/ca.pem"}}})), changed: []string{"certs/ca.pem"},
			want: []string{"certs/ca.pem is a file parameter"},
		},
		"a chart of a Helm repository reads nothing here": {
			app: app("web", chart), changed: []string{"charts/web/a", "values.yaml"},
		},
		"a $ref value file of this repository": {
			app: app("web", func(a *argocd.Application) {
				a.Spec.Sources = []argocd.Source{
					{RepoURL: "https://charts.example", Chart: "c", TargetRevision: "1.0.0", Helm: &argocd.Helm{ValueFiles: []string{"$values/env/prod.yaml"}}},
					{RepoURL: own, TargetRevision: "main", Ref: "values"},
				}
			}),
			changed: []string{"env/prod.yaml", "env/dev.yaml"},
			want:    []string{"env/prod.yaml is a value file"},
		},
		"a file:// dependency, and its own": {
			app: app("web"), changed: []string{"libs/base/values.yaml"},
			files: map[string]string{
				"charts/web/Chart.yaml":  "dependencies: [{name: common, repository: 'file://../../libs/common'}]",
				"libs/common/Chart.yaml": "dependencies: [{name: base, repository: 'file://../base'}]",
			},
			want: []string{"libs/base/values.yaml belongs to chart libs/base, a dependency of libs/common"},
		},
		"dependencies in a circle end": {
			app: app("web"), changed: []string{"x"},
			files: map[string]string{
				"charts/web/Chart.yaml": "dependencies: [{name: a, repository: 'file://../a'}]",
				"charts/a/Chart.yaml":   "dependencies: [{name: web, repository: 'file://../web'}]",
			},
		},
		"a base of a kustomization, and its own": {
			app: app("web"), changed: []string{"base/deploy.yaml", "common/labels.yaml", "other/x.yaml"},
			files: map[string]string{
				"charts/web/kustomization.yaml": "resources: [../../base]",
				"base/kustomization.yml":        "resources: [deploy.yaml]\ncomponents: [../common]",
				"common/Kustomization":          "patches: [{path: labels.yaml}]",
				"base/deploy.yaml":              "",
				"common/labels.yaml":            "",
			},
			want: []string{
				"base/deploy.yaml belongs to the base ../../base, which charts/web uses",
				"common/labels.yaml belongs to the base ../common, which base uses",
			},
		},
		"a generator's file outside of the kustomization": {
			app: app("web"), changed: []string{"env/app.properties"},
			files: map[string]string{
				"charts/web/kustomization.yaml": "configMapGenerator: [{name: a, files: [x=../../env/app.properties]}]",
				"env/app.properties":            "",
			},
			want: []string{"env/app.properties is used by the kustomization in charts/web"},
		},
		"a component that the Application adds": {
			app: app("web", with(func(s *argocd.Source) { s.Kustomize = &argocd.Kustomize{Components: []string{"../../tls"}} })), changed: []string{"tls/c.yaml"},
			files: map[string]string{"tls/kustomization.yaml": "", "tls/c.yaml": ""},
			want:  []string{"tls/c.yaml belongs to the base ../../tls, which charts/web uses"},
		},
		"a base of this repository, by its URL": {
			app: app("web"), changed: []string{"base/a.yaml", "other/a.yaml"},
			files: map[string]string{
				"charts/web/kustomization.yaml": "resources: ['https://github.com/o/r//base?ref=main', 'github.com/o/r/other?ref=v1', 'github.com/o/else//other']",
				"base/kustomization.yaml":       "", "other/kustomization.yaml": "",
			},
			want: []string{"base/a.yaml belongs to the base https://github.com/o/r//base?ref=main, which charts/web uses"},
		},
		"a base of this repository, by its short name": {
			app: app("web"), changed: []string{"base/a.yaml"},
			files: map[string]string{"charts/web/kustomization.yaml": "resources: ['github.com/o/r/base?ref=main']", "base/kustomization.yaml": ""},
			want:  []string{"base/a.yaml belongs to the base github.com/o/r/base?ref=main, which charts/web uses"},
		},
		"kustomizations in a circle end": {
			app: app("web"), changed: []string{"x"},
			files: map[string]string{
				"charts/web/kustomization.yaml": "resources: [../a]", "charts/a/kustomization.yaml": "resources: [../web]",
			},
		},
		"a value file that an override file names": {
			app:     app("web"),
			files:   map[string]string{"charts/web/.argocd-source-web.yaml": "helm: {valueFiles: [/env/x.yaml]}"},
			changed: []string{"env/x.yaml"},
			want:    []string{"env/x.yaml is a value file"},
		},
		"an import in the code of a variable": {
			app: app("web", with(func(s *argocd.Source) {
				s.Directory = &argocd.Directory{Jsonnet: argocd.Jsonnet{Libs: []string{"vendor"}, TLAs: []argocd.JsonnetVar{{Name: "top", Value: "import 'a.libsonnet'", Code: true}}}}
			})),
			files:   map[string]string{"charts/web/main.jsonnet": "function(top) top", "vendor/a.libsonnet": "import 'b.libsonnet'"},
			changed: []string{"vendor/b.libsonnet"},
			want:    []string{"vendor/b.libsonnet is imported by vendor/a.libsonnet"},
		},
		"a path that becomes a link": {
			app:     app("web"),
			files:   map[string]string{"charts/web/a.yaml": ""},
			changed: []string{"charts/web"},
			want:    []string{"charts/web is the source path"},
		},
		"a Jsonnet import, and what that imports": {
			app: app("web", with(func(s *argocd.Source) {
				s.Directory = &argocd.Directory{Jsonnet: argocd.Jsonnet{Libs: []string{"vendor"}}}
			})),
			changed: []string{"vendor/k.libsonnet", "lib/b.txt", "lib/unused.libsonnet"},
			files: map[string]string{
				"charts/web/main.jsonnet": `local a = import '../../lib/a.libsonnet'; a { k: import "k.libsonnet" }`,
				"lib/a.libsonnet":         `{ text: importstr 'b.txt' }`,
				"lib/b.txt":               "", "vendor/k.libsonnet": "{}",
			},
			want: []string{"lib/b.txt is imported by lib/a.libsonnet", "vendor/k.libsonnet is imported by charts/web/main.jsonnet"},
		},
		"a plugin found by its file": {
			app: app("web"), changed: []string{"README.md"},
			files:   map[string]string{"charts/web/helmfile.yaml": "x"},
			plugins: []argocd.PluginDefinition{{Name: "helmfile", Discover: argocd.Discover{FileName: "helmfile.yaml"}}},
			want:    []string{"plugin helmfile may read any file of the repository, and README.md changed"},
		},
		"a plugin whose definition changes": {
			app: app("web"), changed: []string{"argocd/plugin.yaml", "x"},
			files:   map[string]string{"charts/web/helmfile.yaml": ""},
			plugins: []argocd.PluginDefinition{{Name: "helmfile", File: "argocd/plugin.yaml", Discover: argocd.Discover{FileName: "helmfile.yaml"}}},
			want:    []string{"argocd/plugin.yaml defines plugin helmfile"},
		},
		"a plugin whose file is not there": {
			app: app("web"), changed: []string{"README.md"},
			plugins: []argocd.PluginDefinition{{Name: "helmfile", Discover: argocd.Discover{FileName: "helmfile.yaml"}}},
		},
		"a plugin named by the source": {
			app:     app("web", with(func(s *argocd.Source) { s.Plugin = &argocd.Plugin{Name: "x-v1"} })),
			changed: []string{"a", "b"},
			want:    []string{"plugin x-v1 may read any file of the repository, and 2 files changed"},
		},
		"an explicit tool is no plugin": {
			app: app("web", helm(argocd.Helm{ReleaseName: "r"})), changed: []string{"README.md"},
			plugins: []argocd.PluginDefinition{{Name: "all", Discover: argocd.Discover{Find: argocd.Find{Glob: "**"}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := writeTree(t, test.files)
			side := Side{Tree: NewTree(tree.Dir(root)), Applications: []argocd.Application{test.app}}
			selected, found := Select(Query{
				Base: side, Head: side, Changed: test.changed, Plugins: test.plugins, ControlPlane: "argocd",
				Repository: argocd.Repository{URLs: []string{own}, BaseBranch: "main", DefaultBranch: "main"},
			})
			var got []string
			for _, s := range selected {
				got = append(got, s.Reasons...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || found != 1 {
				t.Errorf("found %d, reasons (-want +got):\n%s", found, diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	root := writeTree(t, map[string]string{"charts/web/values.yaml": "", "shared/config/a.yaml": "", "env/real.yaml": ""})
	for name, target := range map[string]string{"charts/web/config": "../../shared/config", "env/prod.yaml": "real.yaml", "out": "../elsewhere"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	a := app("web", with(func(s *argocd.Source) { s.Helm = &argocd.Helm{ValueFiles: []string{"/env/prod.yaml"}} }))
	for changed, want := range map[string]string{
		"shared/config/a.yaml": "shared/config/a.yaml is what the link charts/web/config leads to",
		"env/real.yaml":        "env/real.yaml is what the link env/prod.yaml leads to",
		"elsewhere":            "",
	} {
		side := Side{Tree: NewTree(tree.Dir(root)), Applications: []argocd.Application{a}}
		selected, _ := Select(Query{Base: side, Head: side, Changed: []string{changed}, Repository: argocd.Repository{URLs: []string{own}, BaseBranch: "main"}})
		got := ""
		if len(selected) > 0 {
			got = selected[0].Reasons[0]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", changed, got, want)
		}
	}
}

func TestDefinitions(t *testing.T) {
	t.Parallel()
	moved := app("web", with(func(s *argocd.Source) { s.TargetRevision = "v2" }))
	renamed := app("web", func(a *argocd.Application) { a.Name = "site" })
	type apps []argocd.Application
	for name, test := range map[string]struct {
		base, head apps
		want       map[string][]string
	}{
		"added":   {nil, apps{app("web")}, map[string][]string{"argocd/web": {"apps/web.yaml adds the Application"}}},
		"deleted": {apps{app("web")}, nil, map[string][]string{"argocd/web": {"apps/web.yaml no longer defines the Application"}}},
		"same":    {apps{app("web")}, apps{app("web")}, map[string][]string{}},
		"redefined": {apps{app("web")}, apps{moved}, map[string][]string{
			"argocd/web": {"apps/web.yaml changes spec.revision"}}},
		"renamed": {apps{app("web")}, apps{renamed}, map[string][]string{
			"argocd/site": {"renamed from argocd/web: Argo CD deletes that one and creates this one"}}},
		"two that could be the renamed one are none": {
			apps{app("web")}, apps{renamed, app("web", func(a *argocd.Application) { a.Name = "other" })}, map[string][]string{
				"argocd/web":   {"apps/web.yaml no longer defines the Application"},
				"argocd/site":  {"apps/web.yaml adds the Application"},
				"argocd/other": {"apps/web.yaml adds the Application"}}},
		"the control plane's namespace is the default": {
			apps{app("web")}, apps{app("web", func(a *argocd.Application) { a.Namespace = "argocd" })}, map[string][]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			selected, _ := Select(Query{Base: Side{Applications: test.base}, Head: Side{Applications: test.head}, ControlPlane: "argocd"})
			got := map[string][]string{}
			for _, s := range selected {
				got[s.ID.String()] = s.Reasons
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("selected (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSettingsSelectEverything(t *testing.T) {
	t.Parallel()
	side := Side{Applications: []argocd.Application{app("web"), app("api")}}
	selected, _ := Select(Query{Base: side, Head: side, Settings: []string{"kustomize.buildOptions"}})
	if len(selected) != 2 || selected[0].Reasons[0] != "argocd-cm changes kustomize.buildOptions" {
		t.Errorf("selected %+v", selected)
	}
}

func TestChangedFields(t *testing.T) {
	t.Parallel()
	a := map[string]any{"spec": map[string]any{"a": 1, "b": []any{1}, "gone": true}, "kind": "x"}
	b := map[string]any{"spec": map[string]any{"a": 2, "b": []any{2}, "new": map[string]any{"x": 1}}, "kind": "x"}
	want := []string{"spec.a", "spec.b", "spec.gone", "spec.new"}
	if diff := cmp.Diff(want, changedFields("", a, b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := list([]string{"a", "b", "c", "d", "e", "f"}); got != "a, b, c, d and 2 more fields" {
		t.Errorf("list gave %q", got)
	}
}
