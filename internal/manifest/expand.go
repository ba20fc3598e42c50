package manifest

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Expand replaces every list by its items, one level deep. Any object whose
// top-level items is an array counts as a list, whatever its kind. An object
// with items: null and neither spec nor status is an empty list. A list member
// that is not an object is an error. The rules are those of Argo CD's
// reposerver/repository/repository.go:GenerateManifests.
func Expand(objects []*unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	expanded := make([]*unstructured.Unstructured, 0, len(objects))
	for _, object := range objects {
		switch {
		case object == nil || isNullList(object):
		case object.IsList():
			items, err := members(object)
			if err != nil {
				return nil, err
			}
			expanded = append(expanded, items...)
		default:
			expanded = append(expanded, object)
		}
	}
	return expanded, nil
}

// isNullList is true for what Go's client libraries print for an empty typed
// list.
func isNullList(object *unstructured.Unstructured) bool {
	items, listed := object.Object["items"]
	_, hasSpec := object.Object["spec"]
	_, hasStatus := object.Object["status"]
	return listed && items == nil && !hasSpec && !hasStatus
}

// members gives a list's items. Argo CD adds no kind to an item, and later
// refuses an object without one, so that is an error here.
func members(list *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	items, _ := list.Object["items"].([]any)
	objects := make([]*unstructured.Unstructured, 0, len(items))
	for i, item := range items {
		fields, ok := item.(map[string]any)
		if !ok {
			return nil, itemError(list, i, errors.New("expected an object"))
		}
		object := &unstructured.Unstructured{Object: fields}
		if object.GetKind() == "" {
			return nil, itemError(list, i, errors.New("the object has no kind"))
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func itemError(list *unstructured.Unstructured, i int, err error) error {
	return fmt.Errorf("expanding %s: item %d: %w", nameOf(list), i+1, err)
}

// nameOf is "Kind name", or the kind alone.
func nameOf(object *unstructured.Unstructured) string {
	name := object.GetName()
	if name == "" {
		name = object.GetGenerateName()
	}
	if name == "" {
		return object.GetKind()
	}
	return object.GetKind() + " " + name
}
