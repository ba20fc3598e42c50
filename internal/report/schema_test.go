package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
)

var schemaFile = filepath.Join("..", "..", "docs", "report.schema.json")

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	schema, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchemaHoldsForReports validates every report that the examples expect.
func TestSchemaHoldsForReports(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "repos", "*", "want", "report.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d reports, %v", len(files), err)
	}
	files = append(files, filepath.Join("testdata", "example.json"))
	schema := compileSchema(t)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestSchemaHoldsForLittle has lists that stay empty: none of them is null.
func TestSchemaHoldsForLittle(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	def := &argocd.Application{}
	for _, outcomes := range [][]Outcome{nil, {{Selected: affected.Selected{Pair: affected.Pair{Head: def}}}}} {
		data, err := New(Run{}, outcomes).JSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, data); err != nil {
			t.Errorf("%v in\n%s", err, data)
		}
	}
}

// TestSchemaRefuses makes sure that the schema can fail.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "example.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t)
	for _, tt := range []struct{ name, from, to string }{
		{"another version", `"schema": 1`, `"schema": 2`},
		{"an unknown field", `"schema": 1`, `"schema": 1, "unknown": 1`},
		{"an unknown state", `"state": "changed"`, `"state": "maybe"`},
		{"an unknown action", `"action": "added"`, `"action": "moved"`},
		{"a missing field", `"name": "redis", "state"`, `"state"`},
		{"a wrong type", `"found": 40`, `"found": "40"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(string(data), tt.from, tt.to, 1)
			if changed == string(data) {
				t.Fatalf("the example has no %s", tt.from)
			}
			if validate(t, schema, []byte(changed)) == nil {
				t.Error("the schema allows it")
			}
		})
	}
}

// definition is what the test reads of an object in the schema.
type definition struct {
	Ref        string                `json:"$ref"`
	Type       string                `json:"type"`
	Properties map[string]definition `json:"properties"`
	Required   []string              `json:"required"`
	Additional *bool                 `json:"additionalProperties"`
	Items      *definition           `json:"items"`
	Defs       map[string]definition `json:"$defs"`
	About      string                `json:"description"`
}

// TestSchemaHasEveryField walks the types of a report and the schema side by
// side: the same fields, the same of them always there.
func TestSchemaHasEveryField(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var root definition
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	sameFields(t, "report", reflect.TypeFor[Report](), root, root.Defs, used)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(root.Defs))); diff != "" {
		t.Errorf("definitions (-used +defined):\n%s", diff)
	}
}

func sameFields(t *testing.T, at string, typ reflect.Type, d definition, defs map[string]definition, used map[string]bool) {
	t.Helper()
	if name, ok := strings.CutPrefix(d.Ref, "#/$defs/"); ok {
		d, used[name] = defs[name], true
	}
	kinds := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Struct: "object"}
	if at != "report.schema" && d.Type != kinds[typ.Kind()] {
		t.Errorf("%s is of type %q, want %q", at, d.Type, kinds[typ.Kind()])
	}
	switch typ.Kind() {
	case reflect.Slice:
		if d.Items == nil {
			t.Errorf("%s has no items", at)
			return
		}
		sameFields(t, at+"[]", typ.Elem(), *d.Items, defs, used)
	case reflect.Struct:
		sameObject(t, at, typ, d, defs, used)
	}
}

func sameObject(t *testing.T, at string, typ reflect.Type, d definition, defs map[string]definition, used map[string]bool) {
	t.Helper()
	if d.Additional == nil || *d.Additional {
		t.Errorf("%s allows unknown fields", at)
	}
	var names, required []string
	for f := range typ.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue // for the rules alone
		}
		names = append(names, name)
		if options == "" {
			required = append(required, name)
		}
		property := d.Properties[name]
		if property.About == "" && property.Ref == "" {
			t.Errorf("%s.%s has no description", at, name)
		}
		sameFields(t, at+"."+name, f.Type, property, defs, used)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(d.Properties))); diff != "" {
		t.Errorf("%s: fields (-Go +schema):\n%s", at, diff)
	}
	if diff := cmp.Diff(required, d.Required); diff != "" {
		t.Errorf("%s: fields that are always there (-Go +schema):\n%s", at, diff)
	}
}

// TestSchemaHoldsForDocs validates the examples of docs/report.md.
func TestSchemaHoldsForDocs(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)<!-- schema: ([a-z]+) -->\n```json\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if n := strings.Count(string(data), "```json"); n != len(examples) || n < 5 {
		t.Errorf("%d of %d examples say what they are", len(examples), n)
	}
	for _, m := range examples {
		c := jsonschema.NewCompiler()
		schema, err := c.Compile(schemaFile + "#/$defs/" + m[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, []byte(m[2])); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}
