package action

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// upgrade writes two versions of a chart of some size: 120 resources of ten
// kinds, of which every one has the label helm.sh/chart, and six definitions with
// schemas of 60 fields. The second version has another image, a gone
// PodDisruptionBudget, two more fields in one schema, and reformats a document.
func upgrade(t *testing.T, dir, version, image string) {
	t.Helper()
	write(t, filepath.Join(dir, "apps", "stack.yaml"), `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: stack, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: monitoring}
  source: {repoURL: https://github.com/octo/shop.git, path: stack, targetRevision: main}
  syncPolicy: {automated: {prune: true}}
`)
	write(t, filepath.Join(dir, "stack", "Chart.yaml"), "apiVersion: v2\nname: stack\nversion: "+version+"\n")
	labels := "labels: {helm.sh/chart: stack-" + version + ", app.kubernetes.io/name: stack}"
	var b strings.Builder
	for i := range 20 {
		name := fmt.Sprintf("part-%02d", i)
		tag := "1.0.0"
		if i == 7 {
			tag = image
		}
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, %s}\n", name, labels)
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s, %s}\nspec: {ports: [{port: 80}], selector: {app: %s}}\n", name, labels, name)
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, %s}\ndata: {rules.yaml: 'groups: [{name: a, rules: [{alert: Down, for: 5m}]}]'}\n", name, labels)
		fmt.Fprintf(&b, "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: %s, %s}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n", name, labels)
		fmt.Fprintf(&b, "---\napiVersion: monitoring.example.com/v1\nkind: Rule\nmetadata: {name: %s, %s}\nspec: {interval: 30s}\n", name, labels)
		fmt.Fprintf(&b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %[1]s, %[2]s}\nspec:\n  selector: {matchLabels: {app: %[1]s}}\n  template:\n    metadata: {labels: {app: %[1]s}}\n    spec: {containers: [{name: main, image: 'quay.io/stack/%[1]s:%[3]s', resources: {requests: {cpu: 100m, memory: 1Gi}}}]}\n", name, labels, tag)
	}
	if version == "1.0.0" {
		fmt.Fprintf(&b, "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: stack, %s}\nspec: {minAvailable: 1, selector: {matchLabels: {app: part-07}}}\n", labels)
	}
	text := b.String()
	if version != "1.0.0" {
		text = strings.Replace(text, "'groups: [{name: a, rules: [{alert: Down, for: 5m}]}]'", "\"groups:\\n- name: a\\n  rules:\\n  - alert: Down\\n    for: 5m\\n\"", 1)
		text = strings.ReplaceAll(text, "cpu: 100m, memory: 1Gi", "cpu: 0.1, memory: 1024Mi")
	}
	write(t, filepath.Join(dir, "stack", "templates", "all.yaml"), text)
	for i := range 6 {
		write(t, filepath.Join(dir, "stack", "templates", fmt.Sprintf("crd%d.yaml", i)), definitionOf(i, labels, version))
	}
}

func definitionOf(i int, labels, version string) string {
	var fields strings.Builder
	for f := range 60 {
		fmt.Fprintf(&fields, "                field%02d: {type: string, description: 'What field %d of stack %s is for, at some length.'}\n", f, f, map[bool]string{true: "", false: version}[i > 0])
	}
	if i == 3 && version != "1.0.0" {
		fields.WriteString("                shards: {type: integer}\n                zone: {type: string}\n")
	}
	return fmt.Sprintf(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kind%[1]ds.monitoring.example.com, %[2]s}
spec:
  group: monitoring.example.com
  scope: Namespaced
  names: {kind: Kind%[1]d, plural: kind%[1]ds}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
%[3]s`, i, labels, fields.String())
}

// TestLargeUpgrade wants the comment of a large chart's upgrade to fit, to begin
// with what matters, and to be the same each time.
func TestLargeUpgrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	upgrade(t, filepath.Join(dir, "base"), "1.0.0", "1.0.0")
	upgrade(t, filepath.Join(dir, "head"), "1.1.0", "2.0.0")
	out := filepath.Join(dir, "report")
	run := func() (string, []byte) {
		var stdout, stderr bytes.Buffer
		Main(t.Context(), []string{
			"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"), "--repository", "octo/shop", "--base-branch", "main", "--report-dir", out,
		}, testEnvironment(t), &stdout, &stderr)
		data, err := os.ReadFile(filepath.Join(out, "report.json"))
		if err != nil {
			t.Fatal(err, stderr.String())
		}
		return stdout.String(), data
	}
	page, data := run()
	again, dataAgain := run()
	if page != again || !bytes.Equal(data, dataAgain) {
		t.Error("two runs differ")
	}
	if len(page) > 65_000 {
		t.Errorf("%d bytes don't fit a comment", len(page))
	}
	screen := page[:min(len(page), 1_500)]
	for _, want := range []string{
		"126 resources modified, 1 removed", "Merging lets Argo CD delete 1 resource", "PodDisruptionBudget monitoring/stack", "| `quay.io/stack/part-07` | `1.0.0` | `2.0.0` |",
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("the first screen has no %q:\n%s", want, screen)
		}
	}
	for _, want := range []string{
		"resources: only label <code>helm.sh/chart</code> changed", "2 fields added (`spec.shards`, `spec.zone`)", "`v1`: 60 fields described in other words", "! only layout or comments differ: both sides say the same",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the comment has no %q:\n%.6000s", want, page)
		}
	}
	if strings.Contains(page, "memory: ") {
		t.Error("quantities in another spelling are shown as a change")
	}
}
