package argocd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

// scanned reads a tree with these files.
func scanned(t *testing.T, files map[string]string) *Files {
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
	found, err := Scan(tree.Dir(root))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

const setText = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: %s}\nspec: {generators: []}\n"

func set(name string) string { return strings.Replace(setText, "%s", name, 1) }

func TestApplicationSets(t *testing.T) {
	t.Parallel()
	sets, problems := scanned(t, map[string]string{
		"a.yaml": "# first\n" + set("one") + "---\nkind: Other\n---\n" + set("two"),
		"b.json": `{"kind": "List", "items": [{"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "three"}, "spec": {"generators": []}, "status": {}}, 1]}`,
		"c.yaml": set("one"),
		"d.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: patched}\nspec: {goTemplate: true}\n",
		"e.yaml": "apiVersion: example.com/v1\nkind: ApplicationSet # argoproj.io\n",
		"f.yaml": "kind: ApplicationSet # argoproj.io\n  bad: [",
		"g.yaml": strings.Replace(set("one"), "name: one", "name: one, namespace: other", 1),
	}).ApplicationSets()
	var got []string
	for _, s := range sets {
		metadata := mapAt(s.Object, "metadata")
		got = append(got, strings.Join([]string{s.File, string(rune('0' + s.Line%10)), metadata["name"].(string)}, " "))
		if _, ok := s.Object["status"]; ok {
			t.Errorf("%s has a status", s.File)
		}
	}
	if diff := cmp.Diff([]string{"a.yaml 2 one", "a.yaml 9 two", "b.json 1 three", "g.yaml 1 one"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var said []string
	for _, p := range problems {
		said = append(said, p.File+": "+p.Err.Error())
	}
	want := []string{
		"c.yaml: ApplicationSet one is defined again; the definition in a.yaml line 2 is used",
		"d.yaml: expected ApplicationSet patched to have spec.generators, found none: a patch is not expanded by itself",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestGeneratedKeepsWhatArgoCDRefuses(t *testing.T) {
	t.Parallel()
	a := Generated(map[string]any{"metadata": map[string]any{"name": "x"}, "spec": map[string]any{}}, "s.yaml", 4, "set")
	if a.Invalid == nil || a.Name != "x" || a.Set != "set" || a.File != "s.yaml" || a.Line != 4 {
		t.Errorf("got %+v", a)
	}
	if a := Generated(map[string]any{"metadata": map[string]any{"name": "x"}, "spec": map[string]any{"source": map[string]any{"repoURL": "r"}}}, "s", 1, "set"); a.Invalid != nil {
		t.Error(a.Invalid)
	}
}

func TestNewGitFileGlobbing(t *testing.T) {
	t.Parallel()
	const key = `"applicationsetcontroller.enable.new.git.file.globbing"`
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"ConfigMap":      {"kind: ConfigMap\nmetadata: {name: argocd-cmd-params-cm}\ndata: {" + key + ": \"true\"}\n", true},
		"off":            {"kind: ConfigMap\nmetadata: {name: argocd-cmd-params-cm}\ndata: {" + key + ": \"false\"}\n", false},
		"another one":    {"kind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {" + key + ": \"true\"}\n", false},
		"values":         {"configs: {params: {" + key + ": true}}\n", true},
		"umbrella chart": {"argo-cd: {configs: {params: {" + key + ": true}}}\n", true},
		"neither":        {"configs: {cm: {}}\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := scanned(t, map[string]string{"x.yaml": test.text}).NewGitFileGlobbing(); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
