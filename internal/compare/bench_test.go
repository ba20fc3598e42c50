package compare_test

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/compare"
)

// deployments makes n objects of usual size.
func deployments(tb testing.TB, n int, image string) []*unstructured.Unstructured {
	tb.Helper()
	all := make([]*unstructured.Unstructured, n)
	for i := range all {
		all[i] = objects(tb, fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%d
  namespace: app
  labels: {app.kubernetes.io/name: web, app.kubernetes.io/instance: web, helm.sh/chart: web-1.2.3}
spec:
  replicas: 2
  selector: {matchLabels: {app.kubernetes.io/name: web, app.kubernetes.io/instance: web}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: web, app.kubernetes.io/instance: web}
    spec:
      serviceAccountName: web
      containers:
      - name: app
        image: %s
        args: [--port, "8080", --verbose]
        env: [{name: A, value: "1"}, {name: B, value: "2"}, {name: C, value: "3"}]
        ports: [{name: http, containerPort: 8080, protocol: TCP}]
        resources: {limits: {cpu: 100m, memory: 128Mi}, requests: {cpu: 100m, memory: 128Mi}}
`, i, image))[0]
	}
	return all
}

// Most of a render is equal to its base: that must cost next to nothing.
func BenchmarkEqual(b *testing.B) {
	base, head := deployments(b, 1_000, "nginx:1"), deployments(b, 1_000, "nginx:1")
	comparer := compare.New([]byte("key"), compare.Options{})
	for b.Loop() {
		if r, err := comparer.Compare(base, head); err != nil || r.Unchanged != 1_000 {
			b.Fatal(r, err)
		}
	}
}

// An image bump in every resource.
func BenchmarkChanged(b *testing.B) {
	base, head := deployments(b, 1_000, "nginx:1"), deployments(b, 1_000, "nginx:2")
	comparer := compare.New([]byte("key"), compare.Options{})
	for b.Loop() {
		if r, err := comparer.Compare(base, head); err != nil || len(r.Changes) != 1_000 {
			b.Fatal(r, err)
		}
	}
}

// schema is a CRD's schema of n fields, each with some of its own.
func schema(n int, description string) []*unstructured.Unstructured {
	properties := map[string]any{}
	for i := range n {
		fields := map[string]any{}
		for k := range 20 {
			fields[fmt.Sprintf("field%d", k)] = map[string]any{"type": "string", "description": fmt.Sprintf("Field %d.", k)}
		}
		properties[fmt.Sprintf("part%d", i)] = map[string]any{"type": "object", "properties": fields, "required": []any{"field1", "field2"}}
	}
	properties["part1"].(map[string]any)["description"] = description
	return list(&unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": map[string]any{"name": "things.example.com"},
		"spec": map[string]any{"versions": []any{map[string]any{"name": "v1",
			"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": properties}}}}},
	}})
}

// One description in a CRD of about a megabyte.
func BenchmarkLargeCRD(b *testing.B) {
	base, head := schema(1_000, "Old."), schema(1_000, "New.")
	comparer := compare.New([]byte("key"), compare.Options{})
	for b.Loop() {
		if r, err := comparer.Compare(base, head); err != nil || len(r.Changes) != 1 {
			b.Fatal(r, err)
		}
	}
}

func TestCompareLargeCRD(t *testing.T) {
	t.Parallel()
	r := mustCompare(t, schema(1_000, "Old."), schema(1_000, "New."))
	const want = "@@ spec.versions.v1.schema.openAPIV3Schema.properties.part1 @@\n- description: Old.\n+ description: New."
	if len(r.Changes) != 1 || r.Changes[0].Diff != want {
		t.Errorf("changes = %+v, want one:\n%s", r.Changes, want)
	}
}
