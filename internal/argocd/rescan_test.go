package argocd

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

// TestRescan holds a tree that is read from what changed to one that is read whole.
func TestRescan(t *testing.T) {
	t.Parallel()
	application := func(name string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + "}\nspec: {source: {repoURL: r, path: p}}\n"
	}
	base := map[string]string{
		"a/b.yaml": application("b"), "a-b.yaml": application("a"), "gone.yaml": application("gone"), "mod.yaml": application("old"),
		"c/templates/x.yaml": application("x"), "readme.md": "x", "c/values.yaml": "argoproj.io Application",
	}
	for name, change := range map[string]map[string]string{
		"files come, go and change": {"gone.yaml": "", "mod.yaml": application("new"), "a/0.yaml": application("zero"), "readme.md": "y"},
		"a chart appears":           {"c/Chart.yaml": "name: c"},
		"nothing of interest":       {"readme.md": "y"},
		"it no longer mentions any": {"c/values.yaml": "a: b", "mod.yaml": "kind: ConfigMap"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dirs := []string{t.TempDir(), t.TempDir()}
			var changed []string
			for _, dir := range dirs {
				for name, text := range base {
					put(t, filepath.Join(dir, name), text)
				}
			}
			for name, text := range change {
				changed = append(changed, name)
				put(t, filepath.Join(dirs[1], name), text)
				if text == "" {
					if err := os.Remove(filepath.Join(dirs[1], name)); err != nil {
						t.Fatal(err)
					}
				}
			}
			whole, again := scan(t, dirs[1]), scan(t, dirs[0])
			again, err := again.Rescan(tree.Dir(dirs[1]), changed)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(whole.Mentions(), again.Mentions()); diff != "" {
				t.Errorf("mentions (-whole +rescanned):\n%s", diff)
			}
			want, _ := whole.Applications()
			got, _ := again.Applications()
			if diff := cmp.Diff(places(want), places(got)); diff != "" {
				t.Errorf("Applications (-whole +rescanned):\n%s", diff)
			}
		})
	}
}

func scan(t *testing.T, dir string) *Files {
	t.Helper()
	files, err := Scan(tree.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Applications(); err != nil {
		t.Fatal(err)
	}
	return files
}

// places says what was found where.
func places(found Found) (list []string) {
	for _, a := range found.Applications {
		list = append(list, fmt.Sprint(a.File, a.Line, a.Name))
	}
	for _, p := range found.Problems {
		list = append(list, fmt.Sprint(p))
	}
	return list
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
