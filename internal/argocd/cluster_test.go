package argocd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

const clusterText = `kind: Secret
metadata:
  name: c
  namespace: argocd
  labels: {argocd.argoproj.io/secret-type: cluster, tier: edge}
  annotations: {note: x}
data: {name: YmVybGlu, project: cHJvag==}
stringData: {server: https://berlin.example, config: '{"bearerToken": "secret"}'}
`

func berlin(file string) ClusterSecret {
	return ClusterSecret{
		Name: "berlin", Server: "https://berlin.example", Project: "proj", Namespace: "argocd", File: file,
		Labels: map[string]string{secretType: "cluster", "tier": "edge"}, Annotations: map[string]string{"note": "x"},
	}
}

func TestClusterSecrets(t *testing.T) {
	t.Parallel()
	got, problems := scanned(t, map[string]string{
		"a.yaml": clusterText + "---\nkind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: repository}}\n",
		"b.yaml": "kind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: cluster}}\ndata: {name: '!'}\n",
		"c.yaml": "kind: Secret # argocd.argoproj.io/secret-type\n bad: [",
	}).ClusterSecrets()
	if diff := cmp.Diff([]ClusterSecret{berlin("a.yaml")}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(problems) != 1 || problems[0].File != "b.yaml" || !strings.Contains(problems[0].Err.Error(), "data.name: expected base64") {
		t.Errorf("problems: %v", problems)
	}
}

func TestReadClusterSecrets(t *testing.T) {
	t.Parallel()
	list := "kind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSuffix(clusterText, "\n"), "\n", "\n  ") + "\n"
	for _, text := range []string{clusterText, list} {
		got, err := ReadClusterSecrets("f.yaml", []byte(text))
		if diff := cmp.Diff([]ClusterSecret{berlin("")}, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	for text, want := range map[string]string{
		"kind: Secret\n":    "f.yaml: expected cluster Secrets, found none",
		"a: [\n":            "f.yaml: document at line 1: expected YAML",
		"a: {}\n---\n- b\n": "f.yaml: document at line 3: expected YAML",
		strings.Replace(clusterText, "YmVybGlu", "'topsecret!'", 1): "data.name: expected base64",
	} {
		_, err := ReadClusterSecrets("f.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "topsecret") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ReadClusterSecrets("f", nil); fault.HintOf(err) == "" {
		t.Error("an empty file gives no hint")
	}
}
