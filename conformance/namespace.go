package conformance

import (
	"context"
	"reflect"
	"sync"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
)

// finish applies the controller's rule for namespaces (controller/state.go,
// NormalizeTargetObjects): a cluster-scoped object loses its namespace, any
// other without one gets the destination's. The controller's removal of
// duplicates and its order are left out: both sides keep the tool's.
func (r *Result) finish(app *v1alpha1.Application) error {
	scopes := scopesOf(r.Objects)
	for _, object := range r.Objects {
		namespaced := kube.IsNamespacedOrUnknown(scopes, object.GroupVersionKind().GroupKind())
		switch {
		case !namespaced && object.GetNamespace() != "":
			object.SetNamespace("")
		case namespaced && object.GetNamespace() == "":
			object.SetNamespace(app.Spec.Destination.Namespace)
		}
	}
	return nil
}

// scopes says which kinds have namespaces; Argo CD asks the cluster.
type scopes map[schema.GroupKind]bool

// IsNamespaced is kube.ResourceInfoProvider's.
func (s scopes) IsNamespaced(gk schema.GroupKind) (bool, error) {
	if namespaced, ok := s[gk]; ok {
		return namespaced, nil
	}
	return true, nil
}

// scopesOf knows Kubernetes' own kinds and those that the objects define.
func scopesOf(objects []*unstructured.Unstructured) scopes {
	known := scopes{}
	for gk, namespaced := range builtin() {
		known[gk] = namespaced
	}
	for _, o := range objects {
		if !kube.IsCRD(o) {
			continue
		}
		group, _, _ := unstructured.NestedString(o.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(o.Object, "spec", "names", "kind")
		scope, _, _ := unstructured.NestedString(o.Object, "spec", "scope")
		known[schema.GroupKind{Group: group, Kind: kind}] = scope != "Cluster"
	}
	return known
}

// builtin derives the scope of Kubernetes' kinds from client-go: the client of
// a namespaced kind takes a namespace.
var builtin = sync.OnceValue(func() scopes {
	known := scopes{
		// Served by Kubernetes until 1.25, and gone from client-go.
		{Group: "extensions", Kind: "PodSecurityPolicy"}:                  false,
		{Group: "policy", Kind: "PodSecurityPolicy"}:                      false,
		{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: false,
		{Group: "apiregistration.k8s.io", Kind: "APIService"}:             false,
	}
	clientset := reflect.TypeFor[kubernetes.Interface]()
	for i := range clientset.NumMethod() {
		group := clientset.Method(i).Type
		if group.NumIn() != 0 || group.NumOut() != 1 || group.Out(0).Kind() != reflect.Interface {
			continue
		}
		known.addGroup(group.Out(0))
	}
	return known
})

// addGroup looks for methods like Pods(namespace) PodInterface, whose Create
// takes the kind's type.
func (s scopes) addGroup(group reflect.Type) {
	for i := range group.NumMethod() {
		getter := group.Method(i).Type
		if getter.NumOut() != 1 || getter.Out(0).Kind() != reflect.Interface {
			continue
		}
		create, ok := getter.Out(0).MethodByName("Create")
		if !ok || create.Type.NumIn() != 3 || create.Type.In(0) != reflect.TypeFor[context.Context]() {
			continue
		}
		object, ok := reflect.New(create.Type.In(1).Elem()).Interface().(runtime.Object)
		if !ok {
			continue
		}
		kinds, _, err := scheme.Scheme.ObjectKinds(object)
		if err != nil {
			continue
		}
		for _, kind := range kinds {
			s[kind.GroupKind()] = getter.NumIn() == 1
		}
	}
}
