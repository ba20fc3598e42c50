package applicationset

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		goTemplate bool
		generator  string
		want       any
	}{
		"plain elements are strings, values has its own prefix": {
			generator: `list: {elements: [{a: x, values: {b: k}}]}`,
			want:      sets{{"a": "x", "values.b": "k"}},
		},
		"a plain element that is no string": {
			generator: `list: {elements: [{a: 1}]}`,
			want:      "error: element 1: expected a to be a string, found 1; quote it, or use goTemplate",
		},
		"plain values that are no map": {
			generator: `list: {elements: [{values: x}]}`,
			want:      "error: element 1: expected values to be a map",
		},
		"Go templates take anything": {
			goTemplate: true, generator: `list: {elements: [{a: 1, b: {c: [true]}}]}`,
			want: sets{{"a": 1.0, "b": map[string]any{"c": []any{true}}}},
		},
		"elementsYaml comes behind the elements": {
			generator: `list: {elements: [{a: x}], elementsYaml: "[{a: k}, {a: 2}]"}`,
			want:      sets{{"a": "x"}, {"a": "k"}, {"a": 2.0}},
		},
		"elementsYaml that is no list": {
			generator: `list: {elementsYaml: "a: b"}`,
			want:      "error: elementsYaml: expected a list of maps: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type []map[string]interface {}",
		},
		"an element that is no map": {
			generator: `list: {elements: [x]}`, want: "error: element 1: expected a map, found string",
		},
		"a selector over flat parameters, with any value": {
			goTemplate: true,
			generator:  `{list: {elements: [{s: {url: "https://a b"}}, {s: {url: other}}, {x: "1"}]}, selector: {matchLabels: {s.url: "https://a b"}}}`,
			want:       sets{{"s": map[string]any{"url": "https://a b"}}},
		},
		"NotIn matches what is missing": {
			generator: `{list: {elements: [{a: x}, {a: k}, {b: x}]}, selector: {matchExpressions: [{key: a, operator: NotIn, values: [x]}]}}`,
			want:      sets{{"a": "k"}, {"b": "x"}},
		},
		"In does not": {
			generator: `{list: {elements: [{a: x}, {b: x}]}, selector: {matchExpressions: [{key: a, operator: In, values: [x, ""]}]}}`,
			want:      sets{{"a": "x"}},
		},
		"Exists and DoesNotExist": {
			generator: `{list: {elements: [{a: x}, {a: x, b: k}, {c: z}]}, selector: {matchExpressions: [{key: a, operator: Exists}, {key: b, operator: DoesNotExist}]}}`,
			want:      sets{{"a": "x"}},
		},
		"an empty selector takes all": {
			generator: `{list: {elements: [{a: x}]}, selector: {}}`, want: sets{{"a": "x"}},
		},
		"an operator that isn't one": {
			generator: `{list: {elements: [{a: x}]}, selector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}}`,
			want:      `error: selector: key "a": expected the operator In, NotIn, Exists or DoesNotExist, found "Gt"`,
		},
		"In without values": {
			generator: `{list: {elements: [{a: x}]}, selector: {matchExpressions: [{key: a, operator: In}]}}`,
			want:      `error: selector: key "a": expected values for In, found none`,
		},
		"Exists with values": {
			generator: `{list: {elements: [{a: x}]}, selector: {matchExpressions: [{key: a, operator: Exists, values: [x]}]}}`,
			want:      `error: selector: key "a": expected no values for Exists, found 1`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, generate(t, test.goTemplate, test.generator, Options{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
