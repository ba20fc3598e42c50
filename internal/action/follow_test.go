package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/argoplan/argoplan/internal/argocd"
)

// own begins the source of an Application that reads this repository.
const own = "source: {repoURL: https://github.com/svc-design/gitops.git, targetRevision: main, path: "

// app is an Application that deploys to the control plane's namespace.
func app(name, path string) string {
	return "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + "}\nspec: {" + own + path + "}, destination: {namespace: argocd}}\n"
}

// set is an ApplicationSet whose Applications are named by a prefix and what its
// generator gives as name.
func set(name, generator, path string) string {
	return "---\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: " + name + "}\nspec: {goTemplate: true, generators: [" + generator +
		"], template: {metadata: {name: '" + name + "-{{.name}}'}, spec: {project: p, " + own + path + "}, destination: {name: in-cluster, namespace: argocd}}}}\n"
}

const one, two = "{list: {elements: [{name: one}]}}", "{list: {elements: [{name: two}]}}"

// TestFollow finds what Applications render, by way of ApplicationSets, too. Each
// line of want is an Application after those that render it.
func TestFollow(t *testing.T) {
	t.Parallel()
	kustomization := func(base, patch string) string {
		return "-- over/kustomization.yaml --\nresources: [../" + base + "]\npatches: [{patch: '" + patch + "', target: {kind: " + base + "}}]\n"
	}
	for name, test := range map[string]struct{ files, want, warning string }{
		"a set in a set's Application": {
			"-- root.yaml --\n" + app("root", "sets") + "-- sets/a.yaml --\n" + set("a", one, "inner") + "-- inner/b.yaml --\n" + set("b", two, "leaf"),
			"root a-one\nroot a-one b-two\nroot", "",
		},
		"a set that its own Application renders": {
			"-- sets/a.yaml --\n" + set("a", one, "sets"), "a-one", "",
		},
		"a patched set counts as it is rendered": {
			"-- root.yaml --\n" + app("root", "over") + "-- ApplicationSet/kustomization.yaml --\nresources: [a.yaml]\n-- ApplicationSet/a.yaml --\n" + set("a", one, "leaf") +
				kustomization("ApplicationSet", `[{"op": "replace", "path": "/spec/generators/0", "value": {"list": {"elements": [{"name": "two"}]}}}]`),
			"root a-two\nroot", "",
		},
		"a patched Application counts as it is rendered, and so do its children": {
			"-- root.yaml --\n" + app("root", "over") + "-- Application/kustomization.yaml --\nresources: [a.yaml]\n-- Application/a.yaml --\n" + app("a", "old") +
				kustomization("Application", `[{"op": "replace", "path": "/spec/source/path", "value": "new"}]`) +
				"-- old/x.yaml --\n" + set("old", one, "leaf") + "-- new/kustomization.yaml --\nresources: [y.yaml]\nnameSuffix: -new\n-- new/y.yaml --\n" + app("w", "leaf"),
			"root a\nold-one\nroot\nw\nroot a w-new", "",
		},
		"clusters that an Application renders": {
			"-- root.yaml --\n" + app("root", "clusters") + set("in", "{clusters: {}}", "leaf") +
				"-- clusters/Chart.yaml --\n{apiVersion: v2, name: clusters, version: 1.0.0}\n-- clusters/templates/c.yaml --\napiVersion: v1\nkind: Secret\n" +
				"metadata: {name: c, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster}}\nstringData: {name: {{ .Release.Name }}-berlin, server: 'https://b'}\n",
			"in-in-cluster\nin-root-berlin\nroot", "",
		},
		"in a circle": {
			"-- a/a.yaml --\n" + app("b", "b") + "-- b/b.yaml --\n" + app("a", "a"), "b a\nb", "",
		},
		"written out and generated": {
			"-- root.yaml --\n" + app("root", "sets") + app("a-one", "leaf") + "-- sets/kustomization.yaml --\nresources: [a.yaml]\n-- sets/a.yaml --\n" + set("a", one, "sets"),
			"a-one\nroot", "generates a-one, which is defined in root.yaml",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, warnings := followIn(t, test.files)
			if diff := cmp.Diff(strings.Split(test.want, "\n"), found); diff != "" {
				t.Errorf("Applications (-want +got): %q\n%s\n%s", found, diff, warnings)
			}
			if !strings.Contains(warnings, test.warning) || test.warning == "" && warnings != "" {
				t.Errorf("warnings %q, want %q", warnings, test.warning)
			}
		})
	}
}

// followIn discovers the Applications of files, each after its parents.
func followIn(t *testing.T, files string) (found []string, warnings string) {
	t.Helper()
	dir := t.TempDir()
	files += "-- leaf/leaf.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: leaf}\n"
	for _, f := range txtar.Parse([]byte(files)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := newComparison(t, []string{"--base-dir", dir, "--head-dir", dir, "--repository", "svc-design/gitops", "--base-branch", "main"})
	_, all, err := d.discover(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		warnings += w.Message + "\n"
	}
	for _, a := range d.found[1].Applications {
		path := ""
		for _, p := range append(a.Parents, argocd.ID{Name: a.Name}) {
			path += " " + p.Name
		}
		found = append(found, path[1:])
	}
	return found, warnings
}
