package manifest

import (
	"bytes"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// YAML prints objects in their order, keys sorted, with "---" between
// documents. Equal objects give equal bytes.
func YAML(objects []*unstructured.Unstructured) []byte {
	var out bytes.Buffer
	for i, object := range objects {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := yaml.Marshal(object.Object)
		if err != nil {
			// Only a value that no parser gives gets here; the place in the
			// stream stays visible.
			fmt.Fprintf(&out, "# %s cannot be printed: %v\n", nameOf(object), err)
			continue
		}
		out.Write(text)
	}
	return out.Bytes()
}
