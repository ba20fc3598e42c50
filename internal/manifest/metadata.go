package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/fault"
)

// Tracking is argocd-cm's application.resourceTrackingMethod.
type Tracking string

// The tracking methods. Argo CD takes any other value, "" included, as
// TrackAnnotation.
const (
	TrackAnnotation Tracking = "annotation"
	TrackLabel      Tracking = "label"
	TrackBoth       Tracking = "annotation+label"
)

// CheckMetadata fails where Argo CD fails when it adds its tracking metadata:
// at a value that is not a string in the map that the method writes to.
// CustomResourceDefinitions are not tracked, and a null map passes, which a null
// value doesn't (util/argo/resource_tracking.go:SetAppInstance). Nothing is
// changed.
func CheckMetadata(objects []*unstructured.Unstructured, method Tracking) error {
	for _, object := range objects {
		if isCRD(object) {
			continue
		}
		for _, field := range trackedFields(method) {
			if err := checkStrings(object, field); err != nil {
				return fmt.Errorf("checking %s: %w", nameOf(object), err)
			}
		}
	}
	return nil
}

func trackedFields(method Tracking) []string {
	switch method {
	case TrackLabel:
		return []string{"labels"}
	case TrackBoth:
		return []string{"annotations", "labels"}
	}
	return []string{"annotations"}
}

// checkStrings names every offending key, but no value.
func checkStrings(object *unstructured.Unstructured, field string) error {
	metadata, ok := object.Object["metadata"].(map[string]any)
	if !ok && object.Object["metadata"] != nil {
		return fmt.Errorf("expected metadata to be a map, found %T", object.Object["metadata"])
	}
	value := metadata[field]
	if value == nil {
		return nil
	}
	entries, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("expected metadata.%s to be a map, found %T", field, value)
	}
	var bad []string
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if _, isString := entries[key].(string); !isString {
			bad = append(bad, fmt.Sprintf("%s (%s)", key, typeOf(entries[key])))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.WithHint(
		fmt.Errorf("expected every value of metadata.%s to be a string, which is not so for %s", field, strings.Join(bad, ", ")),
		"Quote the value; Argo CD refuses to generate manifests with it.")
}

func typeOf(value any) string {
	if value == nil {
		return "null"
	}
	return fmt.Sprintf("%T", value)
}
