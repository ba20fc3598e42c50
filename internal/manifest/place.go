package manifest

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Place gives every object its namespace, in the objects themselves: a
// cluster-scoped object loses a namespace it carries, any other one without
// gets namespace, the Application's destination. It changes nothing else. The
// rule is that of Argo CD's controller (controller/state.go:
// NormalizeTargetObjects).
func Place(objects []*unstructured.Unstructured, namespace string, scope *Scope) {
	for _, object := range objects {
		switch {
		case !scope.Namespaced(object.GroupVersionKind().GroupKind()):
			if object.GetNamespace() != "" {
				object.SetNamespace("")
			}
		case object.GetNamespace() == "" && namespace != "":
			object.SetNamespace(namespace)
		}
	}
}
