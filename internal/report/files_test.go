package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestManifestPathStaysInside(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ namespace, name, want string }{
		{"argocd", "web", "manifests/head/argocd/web.yaml"},
		{"argocd", "a.b-c9", "manifests/head/argocd/a.b-c9.yaml"},
		{"..", "../../x", "manifests/head/%2E./%2E.%2F..%2Fx.yaml"},
		{"A/B", "", "manifests/head/%41%2F%42/%.yaml"},
		{"n", "\x00é", "manifests/head/n/%00%C3%A9.yaml"},
	} {
		got := ManifestPath(Head, test.namespace, test.name)
		if got != test.want || !filepath.IsLocal(got) {
			t.Errorf("ManifestPath(%q, %q) = %q, want %q", test.namespace, test.name, got, test.want)
		}
	}
}

func TestWriteFileReplacesWholly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, text := range []string{"first, longer", "second"} {
		if err := WriteFile(dir, "a/b.txt", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(filepath.Join(dir, "a", "b.txt"))
	if err != nil || string(got) != "second" {
		t.Errorf("got %q, %v", got, err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "a"))
	if err != nil || len(entries) != 1 {
		t.Errorf("expected one file and no leftovers, found %v, %v", entries, err)
	}
}

func TestWriteFileNamesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(dir, "a/report.json", nil); err == nil || !strings.Contains(err.Error(), "writing a/report.json") {
		t.Errorf("got %v", err)
	}
}

func TestJSONHasNoEscapedHTML(t *testing.T) {
	t.Parallel()
	data, err := New(Run{Warnings: []Warning{{Message: "a <b> & c"}}}, nil).JSON()
	if err != nil || !strings.Contains(string(data), "a <b> & c") || !strings.Contains(string(data), `"applications": []`) {
		t.Errorf("got %s, %v", data, err)
	}
}
