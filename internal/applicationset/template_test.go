package applicationset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// definition is the only Application of a set, as YAML.
func definition(t *testing.T, text string) string {
	t.Helper()
	got := expand(t, text, Options{ControlPlane: "argocd"})
	if got.Err != nil {
		return "error: " + got.Err.Error()
	}
	if len(got.Applications) != 1 {
		t.Fatalf("got %v", names(got))
	}
	data, err := yaml.Marshal(got.Applications[0].Definition)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(string(data), "apiVersion: argoproj.io/v1alpha1\nkind: Application\n")
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	const metadata = "metadata:\n  finalizers:\n  - resources-finalizer.argocd.argoproj.io\n  name: a\n  namespace: argocd\n"
	for name, test := range map[string]struct{ set, want string }{
		"metadata and spec alone, the set's namespace, a finalizer": {
			set: `{generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: "{{id}}", namespace: other, labels: {"l{{id}}": "{{id}}"}, annotations: {x: "{{id}}"}, uid: no}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: "{{id}}"}}}}`,
			want: "metadata:\n  annotations:\n    x: a\n  finalizers:\n  - resources-finalizer.argocd.argoproj.io\n  labels:\n    la: a\n  name: a\n  namespace: argocd\n" +
				"spec:\n  destination:\n    name: c\n  project: p\n  source:\n    path: a\n    repoURL: r\n",
		},
		"a finalizer of its own": {
			set:  `{generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: a, finalizers: ["f-{{id}}"]}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: k}}}}`,
			want: "metadata:\n  finalizers:\n  - f-a\n  name: a\n  namespace: argocd\nspec:\n  destination:\n    name: c\n  project: p\n  source:\n    path: k\n    repoURL: r\n",
		},
		"preserved resources": {
			set:  `{syncPolicy: {preserveResourcesOnDeletion: true}, generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: a}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: k}}}}`,
			want: "metadata:\n  name: a\n  namespace: argocd\nspec:\n  destination:\n    name: c\n  project: p\n  source:\n    path: k\n    repoURL: r\n",
		},
		"no parameters: nothing is filled in": {
			set:  `{goTemplate: true, generators: [{list: {elements: [{}]}}], template: {metadata: {name: a}, spec: {project: p, destination: {name: "{{.c}}"}, source: {repoURL: r, path: k}}}}`,
			want: "metadata:\n  name: a\n  namespace: argocd\nspec:\n  destination:\n    name: '{{.c}}'\n  project: p\n  source:\n    path: k\n    repoURL: r\n",
		},
		"objects are filled in deep; what is no text stays": {
			set: `{goTemplate: true, generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: a}, spec: {project: p, destination: {name: c}, revisionHistoryLimit: 3, syncPolicy: {automated: {prune: false}, retry: {limit: 2}}, source: {repoURL: r, path: k, helm: {valuesObject: {"{{.id}}": ["{{.id}}", 1], gone: null}}, kustomize: {replicas: [{name: x, count: "{{.id}}"}, {name: w, count: 2}]}}}}}`,
			want: metadata + "spec:\n  destination:\n    name: c\n  project: p\n  revisionHistoryLimit: 3\n  source:\n    helm:\n      valuesObject:\n        a:\n        - a\n        - 1\n" +
				"    kustomize:\n      replicas:\n      - count: a\n        name: x\n      - count: 2\n        name: w\n    path: k\n    repoURL: r\n  syncPolicy:\n    automated:\n      prune: false\n    retry:\n      limit: 2\n",
		},
		"the generator's template wins with what isn't empty; lists are not joined": {
			set: `{generators: [{list: {elements: [{id: a}], template: {metadata: {name: a, labels: {own: x}}, spec: {project: "", destination: {}, source: {repoURL: own, helm: {valueFiles: [own], skipCrds: false}}, syncPolicy: {automated: {prune: false}}}}}}], template: {metadata: {name: b, labels: {own: o, set: o}}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: k, helm: {valueFiles: [s1, s2], skipCrds: true}}, syncPolicy: {automated: {prune: true, selfHeal: true}}}}}`,
			want: strings.Replace(metadata, "  name: a", "  labels:\n    own: x\n    set: o\n  name: a", 1) +
				"spec:\n  destination:\n    name: c\n  project: p\n  source:\n    helm:\n      skipCrds: true\n      valueFiles:\n      - own\n    path: k\n    repoURL: own\n  syncPolicy:\n    automated:\n      prune: true\n      selfHeal: true\n",
		},
		"a template that fails": {
			set:  `{goTemplate: true, goTemplateOptions: [missingkey=error], generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: "{{.none}}"}, spec: {project: p}}}`,
			want: `error: generator 1 (list): executing the template "{{.none}}": template: base:1:2: executing "base" at <.none>: map has no entry for key "none"`,
		},
		"no name": {
			set:  `{generators: [{list: {elements: [{id: ""}]}}], template: {metadata: {name: "{{id}}"}, spec: {project: p}}}`,
			want: "error: generator 1 (list): expected a template that names each Application, found one without a name",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, definition(t, test.set)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTemplatePatch(t *testing.T) {
	t.Parallel()
	const template = `template: {metadata: {name: a, finalizers: [f1]}, spec: {project: p, destination: {name: c}, sources: [{repoURL: r, path: k}, {repoURL: r, path: l}], syncPolicy: {syncOptions: [A=1], automated: {prune: true}}}}`
	const head = "metadata:\n  finalizers:\n  - f1\n  name: a\n  namespace: argocd\nspec:\n  destination:\n    name: c\n  project: p\n"
	const sources = "  sources:\n  - path: k\n    repoURL: r\n  - path: l\n    repoURL: r\n"
	const policy = "  syncPolicy:\n    automated:\n      prune: true\n    syncOptions:\n    - A=1\n"
	for name, test := range map[string]struct {
		goTemplate bool
		patch      string
		want       string
	}{
		"lists are replaced, maps are merged": {patch: `spec: {sources: [{repoURL: "{{id}}", path: q}], syncPolicy: {syncOptions: [B=2], automated: {selfHeal: true}}}`,
			want: head + "  sources:\n  - path: q\n    repoURL: x\n  syncPolicy:\n    automated:\n      prune: true\n      selfHeal: true\n    syncOptions:\n    - B=2\n"},
		"finalizers are joined": {patch: "metadata: {finalizers: [f2]}", want: strings.Replace(head, "  - f1\n", "  - f2\n  - f1\n", 1) + sources + policy},
		"null removes":          {patch: "spec: {syncPolicy: null}", want: head + sources},
		"project and namespace can't be changed": {patch: `{"metadata": {"namespace": "o", "labels": {"l": "1"}}, "spec": {"project": "evil"}}`,
			want: strings.Replace(head, "  name: a", "  labels:\n    l: \"1\"\n  name: a", 1) + sources + policy},
		"Go templates make what is no text": {goTemplate: true, patch: "{{ if eq .id \"x\" }}spec: {syncPolicy: {automated: {prune: {{ .prune }}}}}{{ end }}",
			want: head + sources + strings.Replace(policy, "true", "false", 1)},
		"an empty patch changes nothing":    {goTemplate: true, patch: "{{ if false }}x{{ end }}", want: head + sources + policy},
		"what is no field is dropped":       {patch: "spec: {nonsense: 1}\nstatus: {x: 1}", want: head + sources + policy},
		"braces at the beginning mean JSON": {patch: "{spec: {}}", want: "error: generator 1 (list): templatePatch: expected a part of an Application: invalid character 's' looking for beginning of object key string"},
		"a wrong type":                      {patch: "spec: {project: 1}", want: "error: generator 1 (list): templatePatch: expected a part of an Application: json: cannot unmarshal number into Go struct field spec.spec.project of type string"},
		"no YAML":                           {patch: "a: b: c", want: "error: generator 1 (list): templatePatch: expected YAML: yaml: mapping values are not allowed in this context"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch, err := yaml.Marshal(map[string]any{"goTemplate": test.goTemplate, "templatePatch": test.patch})
			if err != nil {
				t.Fatal(err)
			}
			elements := "generators: [{list: {elements: [{id: x}]}}]\n"
			if test.goTemplate {
				elements = "generators: [{list: {elements: [{id: x, prune: false}]}}]\n"
			}
			if diff := cmp.Diff(test.want, definition(t, elements+template+"\n"+string(patch))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
