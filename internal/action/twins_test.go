package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// laidOut writes base, and head as base with some files over it, and sets up a
// comparison of the two.
func laidOut(t *testing.T, base, over string, flags ...string) (*comparison, *kitchen) {
	t.Helper()
	dirs := [2]string{t.TempDir(), t.TempDir()}
	for i, text := range []string{base, base + over} {
		for _, f := range txtar.Parse([]byte(text)).Files {
			path := filepath.Join(dirs[i], f.Name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	d := newComparison(t, append([]string{
		"--base-dir", dirs[0], "--head-dir", dirs[1], "--repository", "svc-design/gitops", "--base-branch", "main",
	}, flags...))
	k, _, err := d.discover(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return d, k
}

// TestSharedSources counts the sources that one side renders for both.
func TestSharedSources(t *testing.T) {
	t.Parallel()
	const (
		repo  = "{repoURL: https://github.com/svc-design/gitops.git, targetRevision: main"
		begin = "-- apps/a.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {destination: {name: in-cluster, namespace: web}, "
		both  = "sources: [" + repo + ", path: one}, " + repo + ", path: two}]"
		maps  = "-- one/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n-- two/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n"
		other = "-- two/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"
		chart = "-- chart/Chart.yaml --\napiVersion: v2\nname: chart\nversion: 1.0.0\n-- chart/templates/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {made: {{ %s }}}\n"
	)
	policy := func(app string) string { return strings.TrimSuffix(app, "}\n") + ", syncPolicy: {automated: {}}}\n" }
	plain := begin + both + "}\n"
	values := begin + "sources: [" + repo + ", path: chart, helm: {valueFiles: [$v/env/v.yaml]}}, " + repo + ", ref: v}]}\n-- env/v.yaml --\na: 1\n" + strings.ReplaceAll(chart, "%s", ".Values.a | quote")
	alone := begin + "source: " + repo + ", path: chart}}\n"
	charted := func(what string) string { return alone + strings.ReplaceAll(chart, "%s", what) }
	parent := begin + "source: " + repo + ", path: kids}}\n-- kids/b.yaml --\n" + app("b", "one")
	for name, test := range map[string]struct {
		base, over string
		want       int64
	}{
		"one of two sources changes":     {plain + maps, other, 1},
		"only the sync policy changes":   {plain + maps, policy(plain), 2},
		"the namespace changes":          {plain + maps, strings.Replace(plain, "namespace: web", "namespace: shop", 1), 0},
		"the sources change places":      {plain + maps, begin + "sources: [" + repo + ", path: two}, " + repo + ", path: one}]}\n", 0},
		"a value file changes":           {values, "-- env/v.yaml --\na: 2\n", 0},
		"a file beside the value file":   {values, policy(strings.SplitAfter(values, "}]}\n")[0]) + "-- env/w.yaml --\na: 2\n", 1},
		"a chart that makes nothing up":  {charted(`"x"`), policy(alone), 1},
		"a chart that makes up a value":  {charted("randAlphaNum 9 | quote"), policy(alone), 0},
		"the settings change":            {plain + maps, other + "-- cm.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, labels: {app.kubernetes.io/part-of: argocd}}\ndata: {helm.enable: 'false'}\n", 0},
		"a parent that changes nothing":  {parent + maps, other, 1},
		"a parent whose children change": {parent + maps, "-- kids/c.yaml --\n" + app("c", "two"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, k := laidOut(t, test.base, test.over)
			selected, _ := d.selectAffected()
			for _, p := range k.renderAll(t.Context(), selected) {
				if len(p.Application.Failures) > 0 {
					t.Fatalf("%+v", p)
				}
			}
			if got := k.cook.shared.Load(); got != test.want {
				t.Errorf("%d sources were shared, want %d", got, test.want)
			}
		})
	}
}

// TestSharedObjects places the objects of a shared source on each side by that
// side's own scope.
func TestSharedObjects(t *testing.T) {
	t.Parallel()
	const crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n" +
		"spec: {group: example.com, scope: Cluster, names: {kind: Thing, plural: things}, versions: []}\n"
	base := "-- apps/a.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n" +
		"spec: {destination: {name: in-cluster, namespace: web}, sources: [{repoURL: https://github.com/svc-design/gitops.git, targetRevision: main, path: one}, " +
		"{repoURL: https://github.com/svc-design/gitops.git, targetRevision: main, path: two}]}\n" +
		"-- one/thing.yaml --\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: one}\n-- two/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n"
	d, k := laidOut(t, base, "-- two/crd.yaml --\n"+crd)
	selected, _ := d.selectAffected()
	both := k.alike.twins(selected[0].Base, selected[0].Head, nil)
	before, after := k.both(t.Context(), selected[0], both, nil)
	if before.Err != nil || after.Err != nil || k.cook.shared.Load() != 1 {
		t.Fatalf("%v, %v, %d shared", before.Err, after.Err, k.cook.shared.Load())
	}
	if got := before.objects[0].GetNamespace() + " " + after.objects[0].GetNamespace(); got != "web " {
		t.Errorf("namespaces %q, want web at base and none at head", got)
	}
}
