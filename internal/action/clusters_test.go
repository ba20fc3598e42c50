package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestClusters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "clusters:\n- {name: prod, kubeVersion: 1.31.4}\n- {server: https://dev, apiVersions: [a/v1]}\n"
	if err := os.WriteFile(filepath.Join(dir, "c.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := readClusters(inputs{repo: dir, clusterVersions: "c.yaml", kubeVersion: "1.37.0", apiVersions: []string{"x/v1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		destination argocd.Destination
		version     string
		apis        []string
	}{
		{argocd.Destination{Name: "prod"}, "1.31.4", []string{"x/v1"}},
		{argocd.Destination{Server: "https://dev"}, "1.37.0", []string{"a/v1"}},
		{argocd.Destination{Server: "https://other"}, "1.37.0", []string{"x/v1"}},
		{argocd.Destination{}, "1.37.0", []string{"x/v1"}},
	} {
		got := all.of(test.destination)
		if got.KubeVersion != test.version || cmp.Diff(test.apis, got.APIVersions) != "" {
			t.Errorf("%+v: got %+v", test.destination, got)
		}
	}
}

func TestClustersRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no list": "- a", "both": "clusters: [{name: a, server: b}]", "neither": "clusters: [{kubeVersion: '1'}]", "unknown field": "clusters: [{name: a, version: x}]",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "c.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readClusters(inputs{repo: dir, clusterVersions: "c.yaml"}); err == nil || !strings.Contains(err.Error(), "bad input cluster-versions: c.yaml") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
