package render

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

// A schema that names others, in each way that the library follows. All of them
// want the value a to be a number.
func TestSchemaThatNamesOthers(t *testing.T) {
	t.Parallel()
	served := fakeGetter{
		"https://x.example.com/a.json":       `{"properties": {"a": {"$ref": "numbers.json#/definitions/n"}}}`,
		"https://x.example.com/numbers.json": `{"definitions": {"n": {"type": "number"}}}`,
		"https://x.example.com/meta.json": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://x.example.com/meta.json",
			"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true, "https://json-schema.org/draft/2020-12/vocab/applicator": true, "https://json-schema.org/draft/2020-12/vocab/validation": true}}`,
	}
	chart := plainChart + "dependencies:\n- {name: sub, version: 1.0.0, condition: sub.enabled}\n"
	const at = `"$ref": "https://x.example.com/a.json"`
	tests := map[string]struct {
		root, sub, values string
		want              string // in the error; "" if there is none
	}{
		"fits":             {root: `{` + at + `}`, values: `a: 1`},
		"at the top":       {root: `{` + at + `}`, values: `a: x`, want: "got string, want number"},
		"deep":             {root: `{"allOf": [{"items": {}}, {"anyOf": [{` + at + `}]}]}`, values: `a: x`, want: "got string, want number"},
		"escaped":          {root: `{"\u0024ref": "https:\/\/x.example.com\/a.json"}`, values: `a: x`, want: "got string, want number"},
		"relative to $id":  {root: `{"$id": "https://x.example.com/b.json", "$ref": "a.json"}`, values: `a: x`, want: "got string, want number"},
		"dynamic":          {root: `{"$dynamicRef": "https://x.example.com/a.json"}`, values: `a: x`, want: "got string, want number"},
		"of a subchart":    {sub: `{` + at + `}`, values: "sub: {a: x}", want: "sub:\n"},
		"subchart is off":  {sub: `{"$ref": "https://gone.example.com/"}`, values: "sub: {enabled: false, a: x}"},
		"not there":        {root: `{"$ref": "https://gone.example.com/"}`, values: `a: 1`, want: "gone.example.com"},
		"a file":           {root: `{"properties": {"a": {"$ref": "file:///etc/hostname"}}}`, values: `a: 1`, want: "no file of this machine is read"},
		"a relative file":  {root: `{"properties": {"a": {"$ref": "values.json"}}}`, values: `a: 1`, want: "no file of this machine is read"},
		"another scheme":   {root: `{"$ref": "ftp://x.example.com/a.json"}`, values: `a: 1`, want: "expected a URL of http or https"},
		"a URN":            {root: `{"allOf": [{"$ref": "urn:x:y"}, {` + at + `}]}`, values: `a: x`, want: "got string, want number"},
		"schema of schema": {root: `{"$schema": "https://x.example.com/meta.json", "properties": {"a": {"type": "number"}}}`, values: `a: x`, want: "got string, want number"},
	}
	for name, tt := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			dir := tree(t, "Chart.yaml", chart, "values.schema.json", firstSet(tt.root, "{}"), "templates/x.yaml", valuesTemplate,
				"charts/sub/Chart.yaml", strings.Replace(plainChart, "web", "sub", 1), "charts/sub/values.schema.json", firstSet(tt.sub, "{}"))
			r := New(Options{Version: version, Getters: served.providers()})
			_, err := r.Render(t.Context(), testInput(t, dir, &argocd.Helm{Values: tt.values}))
			if tt.want != "" {
				wantError(t, err, tt.want)
			} else if err != nil {
				t.Error(err)
			}
			_, err = r.Render(t.Context(), testInput(t, dir, &argocd.Helm{Values: tt.values, SkipSchemaValidation: true}))
			if err != nil {
				t.Errorf("without validation: %v", err)
			}
		})
	}
}
