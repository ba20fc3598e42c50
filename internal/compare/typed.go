package compare

import (
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubernetes "k8s.io/client-go/kubernetes/scheme"
)

var (
	quantityType = reflect.TypeFor[resource.Quantity]()
	timeType     = reflect.TypeFor[metav1.Time]()
)

// rollout is the part of an Argo Rollout that Argo CD, too, reads with the types
// of Kubernetes. Other custom resources are stored as they are written.
type rollout struct {
	Spec struct {
		Template corev1.PodTemplateSpec `json:"template"`
	} `json:"spec"`
}

// typeOf gives the Go type of a resource of Kubernetes itself, nil for others.
func typeOf(object map[string]any) reflect.Type {
	kind := schema.FromAPIVersionAndKind(scalar(object["apiVersion"]), scalar(object["kind"]))
	if kind.Group == "argoproj.io" && kind.Kind == "Rollout" {
		return reflect.TypeFor[rollout]()
	}
	return kubernetes.Scheme.AllKnownTypes()[kind]
}

// field gives the type of a field by its name in JSON, nil if there is none.
func field(t reflect.Type, name string) reflect.Type {
	if t = plainType(t); t == nil {
		return nil
	}
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == name:
			return f.Type
		case f.Anonymous && tag == "":
			if found := field(f.Type, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// element gives the type of a list's entries.
func element(t reflect.Type) reflect.Type {
	if t = plainType(t); t != nil && t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return nil
}

// plainType follows pointers.
func plainType(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
