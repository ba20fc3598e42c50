package applicationset

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/tree"
)

const own = "https://example.com/o/r.git"

// defaults is a template that fits any parameters.
const defaults = `
template:
  metadata: {name: app}
  spec:
    project: default
    source: {repoURL: https://example.com/o/r.git, path: p}
    destination: {server: https://kubernetes.default.svc, namespace: ns}
`

// parseSet reads the spec of an ApplicationSet called set; what it leaves out is
// taken from defaults.
func parseSet(t *testing.T, text string) Set {
	t.Helper()
	spec := map[string]any{}
	for _, part := range []string{defaults, text} {
		if err := yaml.Unmarshal([]byte(part), &spec); err != nil {
			t.Fatal(err)
		}
	}
	set, err := Parse(map[string]any{"metadata": map[string]any{"name": "set", "namespace": "argocd"}, "spec": spec}, "sets/a.yaml", 3)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// write makes a tree of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// over is what reads a tree as this repository.
func over(root string) Options {
	return Options{Tree: tree.Dir(root), ControlPlane: "argocd", Own: func(repoURL, revision string) bool { return repoURL == own && (revision == "" || revision == "HEAD") }}
}

// generate gives the parameters of one generator, and "error: ..." if it fails.
func generate(t *testing.T, goTemplate bool, generator string, o Options) any {
	t.Helper()
	set := parseSet(t, fmt.Sprintf("goTemplate: %t\ngoTemplateOptions: [missingkey=error]\ngenerators:\n- %s", goTemplate, generator))
	templater, err := newTemplater(set.spec)
	if err != nil {
		t.Fatal(err)
	}
	e := &expansion{set: set, options: o, templater: templater, trees: map[string]*gitTree{}}
	made, err := e.transform(t.Context(), place{"0", 0}, set.spec.Generators[0], nil)
	if err != nil {
		return "error: " + err.Error()
	}
	all := []map[string]any{}
	for _, m := range made {
		for _, p := range m.params {
			all = append(all, p.values)
		}
	}
	return all
}

// expand runs a whole set.
func expand(t *testing.T, text string, o Options) Result {
	t.Helper()
	return Expand(t.Context(), parseSet(t, text), o)
}

// names gives the names of Applications, in order.
func names(r Result) []string {
	list := []string{}
	for _, a := range r.Applications {
		list = append(list, a.Name)
	}
	return list
}

// sets is short for what generate gives.
type sets = []map[string]any

type repositories map[string]string

func (r repositories) Git(_ context.Context, repoURL, revision string) (string, error) {
	dir, ok := r[repoURL+"@"+revision]
	if !ok {
		return "", fmt.Errorf("no such repository: %s@%s", repoURL, revision)
	}
	return dir, nil
}

func cluster(name, tier string) argocd.ClusterSecret {
	return argocd.ClusterSecret{Name: name, Server: "https://" + name + ".example", Project: "p-" + name, Namespace: "argocd",
		Labels: map[string]string{"tier": tier}, Annotations: map[string]string{"note": "n", "argocd.argoproj.io/refresh": "hard"}, File: "clusters/" + name + ".yaml"}
}
