package conformance

import (
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// hideRandom replaces what differs between two renders of Argo CD itself, such
// as passwords that a chart makes up, in all three lists. Lists that differ in
// length are left alone.
func hideRandom(first, second, other []*unstructured.Unstructured) {
	if len(first) != len(second) || len(first) != len(other) {
		return
	}
	for i := range first {
		hideIn(first[i].Object, second[i].Object, other[i].Object)
	}
}

const random = "(random)"

func hideIn(first, second, other map[string]any) {
	for key, value := range first {
		if reflect.DeepEqual(value, second[key]) {
			continue
		}
		a, isMap := value.(map[string]any)
		b, alsoMap := second[key].(map[string]any)
		c, thirdMap := other[key].(map[string]any)
		if isMap && alsoMap && thirdMap {
			hideIn(a, b, c)
			continue
		}
		first[key] = random
		if _, ok := other[key]; ok {
			other[key] = random
		}
	}
}
