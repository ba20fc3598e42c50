package manifest

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	const clusterCRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.com, scope: Cluster, names: {kind: Widget}}\n---\n"
	const namespacedCRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: example.com, scope: Namespaced, names: {kind: Widget}}\n---\n"
	widget := schema.GroupKind{Group: "example.com", Kind: "Widget"}
	tests := map[string]struct {
		in        string
		overrides map[schema.GroupKind]bool
		want      string // namespace of the last object
	}{
		"namespaced without":     {in: "apiVersion: v1\nkind: ConfigMap", want: "dest"},
		"namespaced with":        {in: "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: own}", want: "own"},
		"cluster-scoped with":    {in: "apiVersion: v1\nkind: Namespace\nmetadata: {namespace: own}", want: ""},
		"cluster-scoped without": {in: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole", want: ""},
		"same kind, other group": {in: "apiVersion: example.com/v1\nkind: Namespace", want: "dest"},
		"crd itself":             {in: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {namespace: own}", want: ""},
		"unknown kind":           {in: "apiVersion: example.com/v1\nkind: Widget", want: "dest"},
		"cluster-scoped by crd":  {in: clusterCRD + "apiVersion: example.com/v1\nkind: Widget\nmetadata: {namespace: own}", want: ""},
		"namespaced by crd":      {in: namespacedCRD + "apiVersion: example.com/v1\nkind: Widget", want: "dest"},
		"override before crd": {
			in:        namespacedCRD + "apiVersion: example.com/v1\nkind: Widget\nmetadata: {namespace: own}",
			overrides: map[schema.GroupKind]bool{widget: false}, want: "",
		},
		"override before table": {
			in:        "apiVersion: v1\nkind: Node",
			overrides: map[schema.GroupKind]bool{{Kind: "Node"}: true}, want: "dest",
		},
		"odd metadata": {in: "apiVersion: v1\nkind: ConfigMap\nmetadata: text", want: ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			objects := mustParse(t, tt.in)
			Place(objects, "dest", NewScope(objects, tt.overrides))
			if got := objects[len(objects)-1].GetNamespace(); got != tt.want {
				t.Errorf("namespace is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPlaceWithoutDestinationNamespace(t *testing.T) {
	t.Parallel()
	objects := mustParse(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}")
	Place(objects, "", NewScope(objects, nil))
	if _, found := objects[0].Object["metadata"].(map[string]any)["namespace"]; found {
		t.Error("an empty namespace was written")
	}
}
