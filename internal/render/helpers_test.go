package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
)

// testInput is a single-source Application "shop" whose tree is dir.
func testInput(t testing.TB, dir string, helm *argocd.Helm) Input {
	t.Helper()
	root, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Root: root, Dir: root,
		Source:      argocd.Source{RepoURL: "https://git.example.com/shop.git", Helm: helm},
		AppName:     "shop",
		Namespace:   "prod",
		Project:     "default",
		Revision:    "0123456789abcdef0123456789abcdef01234567",
		KubeVersion: "1.34.2",
	}
}

// helmVersions are the last Argo CD with Helm 3 and the first with Helm 4.
func helmVersions() map[string]argocd.Version {
	return map[string]argocd.Version{"Helm 3": argocd.NewVersion(3, 4), "Helm 4": argocd.NewVersion(3, 5)}
}

// bothHelms runs a test once with each Helm.
func bothHelms(t *testing.T, name string, test func(*testing.T, argocd.Version)) {
	t.Helper()
	for helm, version := range helmVersions() {
		t.Run(name+" "+helm, func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

// tree writes files, given as path and content in turn, and gives their
// directory.
func tree(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// plainChart is the least Chart.yaml.
const plainChart = "apiVersion: v2\nname: web\nversion: 1.0.0\n"

// valuesTemplate prints all values as JSON into a ConfigMap.
const valuesTemplate = `apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data:
  release: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  values: {{ .Values | toJson | quote }}
`

// dataOf gives one entry of the first object's data.
func dataOf(t testing.TB, objects []*unstructured.Unstructured, key string) string {
	t.Helper()
	if len(objects) == 0 {
		t.Fatal("nothing was rendered")
	}
	value, _, err := unstructured.NestedString(objects[0].Object, "data", key)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// wantError fails unless err's text holds every part.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error is %q, want %q in it", err, part)
		}
	}
}
