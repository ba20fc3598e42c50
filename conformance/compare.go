package conformance

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Difference compares what both sides made of a case: the same objects in the
// same order, or failures for the same reason. It is "" if they agree.
func Difference(want, got Result) string {
	switch {
	case want.Err != nil && got.Err != nil:
		return differentReasons(want.Err, got.Err)
	case want.Err != nil:
		return fmt.Sprintf("Argo CD fails and argoplan gives %d objects\nArgo CD: %v", len(got.Objects), want.Err)
	case got.Err != nil:
		return fmt.Sprintf("argoplan fails and Argo CD gives %d objects\nargoplan: %v", len(want.Objects), got.Err)
	}
	return differentObjects(want.Objects, got.Objects)
}

// differentObjects shows the diff of both lists as JSON with sorted keys,
// object by object; first of all, whether the lists have the same length.
func differentObjects(want, got []*unstructured.Unstructured) string {
	var out strings.Builder
	if names(want) != names(got) {
		fmt.Fprintf(&out, "objects (-Argo CD +argoplan):\n%s", cmp.Diff(strings.Split(names(want), "\n"), strings.Split(names(got), "\n")))
	}
	for i := range min(len(want), len(got)) {
		a, b := text(want[i]), text(got[i])
		if a != b {
			fmt.Fprintf(&out, "object %d (-Argo CD +argoplan):\n%s", i, cmp.Diff(strings.Split(a, "\n"), strings.Split(b, "\n")))
		}
	}
	return out.String()
}

func names(objects []*unstructured.Unstructured) string {
	var list []string
	for _, o := range objects {
		list = append(list, fmt.Sprintf("%s %s %s/%s", o.GetAPIVersion(), o.GetKind(), o.GetNamespace(), o.GetName()+o.GetGenerateName()))
	}
	return strings.Join(list, "\n")
}

func text(o *unstructured.Unstructured) string {
	data, err := json.MarshalIndent(o.Object, "", "  ")
	if err != nil {
		return "not JSON: " + err.Error()
	}
	return string(data)
}
