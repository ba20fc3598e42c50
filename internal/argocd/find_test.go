package argocd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

// write makes a tree of files and gives its root.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const app = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME}
spec:
  destination: {namespace: x}
  source: {repoURL: https://example.com/r.git, path: p}
`

func named(name string) string { return strings.Replace(app, "NAME", name, 1) }

func TestReadApplications(t *testing.T) {
	t.Parallel()
	list := "apiVersion: v1\nkind: List\nitems:\n- apiVersion: argoproj.io/v1alpha1\n  kind: Application\n  metadata: {name: listed, namespace: team}\n  spec: {source: {repoURL: u, chart: c, targetRevision: 1.0.0}}\n"
	for name, test := range map[string]struct {
		files    map[string]string
		want     []string // namespace/name file:line
		problems []string // file:line
	}{
		"one document": {
			files: map[string]string{"apps/a.yaml": named("a")},
			want:  []string{"a apps/a.yaml:1"},
		},
		"several documents keep their lines": {
			files: map[string]string{"a.yaml": "# two\n---\n# first\n" + named("a") + "--- # next\n\n" + named("b")},
			want:  []string{"a a.yaml:4", "b a.yaml:12"},
		},
		"inside a List": {
			files: map[string]string{"list.yml": list},
			want:  []string{"team/listed list.yml:1"},
		},
		"JSON": {
			files: map[string]string{"a.json": `{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"j"},"spec":{"source":{"repoURL":"u","path":"p"}}}`},
			want:  []string{"j a.json:1"},
		},
		"another kind and another group": {
			files: map[string]string{
				"p.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: Application}\n",
				"o.yaml": "# not argoproj.io\napiVersion: app.k8s.io/v1beta1\nkind: Application\nmetadata: {name: o}\n",
			},
		},
		"templates of a chart are not applied as they stand": {
			files: map[string]string{
				"chart/Chart.yaml":           "name: chart",
				"chart/templates/app.yaml":   named("{{ .x }}"),
				"templates/app.yaml":         named("plain"),
				"chart/templates/child.yaml": named("child"),
			},
			want: []string{"plain templates/app.yaml:1"},
		},
		"a file that does not parse is a problem, its other documents count": {
			files:    map[string]string{"a.yaml": named("a") + "---\nkind: Application # argoproj.io\n  x: [\n"},
			want:     []string{"a a.yaml:1"},
			problems: []string{"a.yaml:8"},
		},
		"a patch without source is a problem": {
			files:    map[string]string{"patch.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {project: x}\n"},
			problems: []string{"patch.yaml:1"},
		},
		"defined twice: the first counts": {
			files:    map[string]string{"a.yaml": named("a"), "b.yaml": named("a")},
			want:     []string{"a a.yaml:1"},
			problems: []string{"b.yaml:1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := readApplications(write(t, test.files))
			if err != nil {
				t.Fatal(err)
			}
			var got, problems []string
			for _, a := range found.Applications {
				got = append(got, fmt.Sprintf("%s %s:%d", ID{a.Namespace, a.Name}, a.File, a.Line))
			}
			for _, p := range found.Problems {
				problems = append(problems, fmt.Sprintf("%s:%d", p.File, p.Line))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Applications (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestApplicationsByPattern(t *testing.T) {
	t.Parallel()
	files, err := Scan(tree.Dir(write(t, map[string]string{"apps/a.yaml": named("a"), "apps/x/b.yaml": named("b"), "test/c.yaml": named("c")})))
	if err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]int{"apps": 2, "apps/*.yaml": 1, "**/c.yaml": 1, "./apps/": 2, "none": 0} {
		if found, err := files.Applications(pattern); err != nil || len(found.Applications) != want {
			t.Errorf("%q: %d Applications, %v; want %d", pattern, len(found.Applications), err, want)
		}
	}
	if _, err := files.Applications("["); err == nil {
		t.Error("a broken pattern is no error")
	}
}

func TestScanOfOneFile(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"exported.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(named("a"), "\n", "\n  ") + "status: {sync: {}}\n"})
	found, err := readApplications(filepath.Join(dir, "exported.yaml"))
	if err != nil || len(found.Applications) != 1 || found.Applications[0].File != "exported.yaml" || found.Applications[0].Definition["status"] != nil {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestInvalidApplicationIsKept(t *testing.T) {
	t.Parallel()
	text := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: u, path: 5}}\n"
	found, err := readApplications(write(t, map[string]string{"a.yaml": text}))
	if err != nil || len(found.Applications) != 1 || found.Applications[0].Invalid == nil {
		t.Errorf("Applications gave %+v, %v; want one Application that is Invalid", found, err)
	}
}

func readApplications(root string) (Found, error) {
	files, err := Scan(tree.At(root))
	if err != nil {
		return Found{}, err
	}
	return files.Applications()
}

func readPlugins(root string) ([]PluginDefinition, []Problem, error) {
	files, err := Scan(tree.At(root))
	if err != nil {
		return nil, nil, err
	}
	plugins, problems := files.Plugins()
	return plugins, problems, nil
}

// TestAliasBomb has a document that would unfold into billions of values.
func TestAliasBomb(t *testing.T) {
	t.Parallel()
	bomb := "# argoproj.io Application\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 10), ","))
	}
	start := time.Now()
	found, err := readApplications(write(t, map[string]string{"bomb.yaml": bomb, "a.yaml": named("a")}))
	if err != nil || len(found.Applications) != 1 || len(found.Problems) != 1 {
		t.Errorf("got %+v, %v; want one Application and one problem", found, err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %s", took)
	}
}
