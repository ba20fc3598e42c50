package compare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	const schema = "kind: CustomResourceDefinition\nspec: {versions: [{name: v1, served: true, schema: {openAPIV3Schema: {type: object, properties: {spec: %}}}}]}\n"
	tests := map[string]struct{ base, head, want string }{
		"nothing":                 {"{type: object}", "{type: object}", ""},
		"a field comes":           {"{properties: {a: {type: string}}}", "{properties: {a: {type: string}, b: {type: string}}}", "v1: 1 field added (spec.b)"},
		"an empty field comes":    {"{properties: {a: {}}}", "{properties: {a: {}, b: {}}}", "v1: 1 field added (spec.b)"},
		"fields go":               {"{properties: {a: {properties: {b: {}, c: {}}}}}", "{}", "v1: 1 field removed (spec.a)"},
		"another type":            {"{properties: {a: {items: {type: string}}}}", "{properties: {a: {items: {type: integer}}}}", "v1: 1 field of another type (spec.a[]: string to integer)"},
		"required, and the same":  {"{properties: {a: {properties: {b: {}}}}}", "{required: [a], properties: {a: {properties: {b: {}}}}}", "v1: 1 field newly required (spec.a)"},
		"required, and no longer": {"{required: [a], properties: {a: {}}}", "{properties: {a: {}}}", ""},
		"values of a map":         {"{additionalProperties: {type: string}}", "{additionalProperties: {type: string, maxLength: 3}}", "v1: 1 field otherwise changed (spec.*)"},
		"described, far below": {
			"{properties: {a: {type: object, properties: {b: {items: {properties: {c: {description: x}}}}}}}}",
			"{properties: {a: {type: object, properties: {b: {items: {properties: {c: {description: y}}}}}}}}",
			"v1: 1 field described in other words (spec.a.b[].c)",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := func(spec string) (o map[string]any) {
				if err := yaml.Unmarshal([]byte(strings.ReplaceAll(schema, "%", spec)), &o); err != nil {
					t.Fatal(err)
				}
				return o
			}
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			if diff := cmp.Diff(want, summarize(object(tt.base), object(tt.head))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
