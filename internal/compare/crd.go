package compare

import (
	"fmt"
	"slices"
	"strings"
)

// namedFields bounds the fields that a sentence of a summary names.
const namedFields = 5

// summarize says what changes in the schemas of a CustomResourceDefinition, one
// sentence for each version; nil for any other kind. Every text is visible and
// on one line.
func summarize(base, head map[string]any) []string {
	if scalar(head["kind"]) != "CustomResourceDefinition" {
		return nil
	}
	before, after := versions(base), versions(head)
	var all []string
	for _, name := range union(before, after) {
		b, h := before[name], after[name]
		switch {
		case b == nil:
			all = append(all, oneLine(name)+": new version"+roles(h))
		case h == nil:
			all = append(all, oneLine(name)+": version removed")
		default:
			if parts := schemaParts(b, h); len(parts) > 0 {
				all = append(all, oneLine(name)+": "+strings.Join(parts, ", "))
			}
		}
	}
	return all
}

// versions gives the versions of a definition by name.
func versions(object map[string]any) map[string]map[string]any {
	found := map[string]map[string]any{}
	list, _ := mapAt(object, []string{"spec"})["versions"].([]any)
	for _, entry := range list {
		if v, ok := entry.(map[string]any); ok {
			found[scalar(v["name"])] = v
		}
	}
	return found
}

func roles(version map[string]any) string {
	var text string
	if version["storage"] == true {
		text += ", stored"
	}
	if version["served"] == false {
		text += ", not served"
	}
	return text
}

// schemaParts compares two schemas of one version.
func schemaParts(base, head map[string]any) []string {
	var parts []string
	for _, role := range []string{"served", "storage", "deprecated"} {
		if b, h := base[role] == true, head[role] == true; b != h {
			parts = append(parts, fmt.Sprintf("%s is %v now", role, h))
		}
	}
	before, after := changedFields(base, head)
	var added, removed, retyped, required, changed, reworded []string
	for _, path := range union(before, after) {
		b, inBase := before[path]
		h, inHead := after[path]
		switch {
		case !inBase:
			added = outermost(added, path)
		case !inHead:
			removed = outermost(removed, path)
		case b.kind != h.kind:
			retyped = append(retyped, fmt.Sprintf("%s: %s to %s", path, b.kind, h.kind))
		case h.required && !b.required:
			required = append(required, path)
		case !equal(b.rest, h.rest):
			changed = append(changed, path)
		case !equal(b.about, h.about):
			reworded = append(reworded, path)
		}
	}
	for _, x := range []struct {
		what  string
		paths []string
	}{{"added", added}, {"removed", removed}, {"of another type", retyped}, {"newly required", required}, {"otherwise changed", changed}, {"described in other words", reworded}} {
		if n := len(x.paths); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s %s (%s)", n, fieldWord(n), x.what, someOf(x.paths)))
		}
	}
	return parts
}

// outermost adds a path unless it lies below the last one: paths come sorted.
func outermost(paths []string, path string) []string {
	for _, p := range paths {
		if rest, below := strings.CutPrefix(path, p); below && (rest[0] == '.' || rest[0] == '[') {
			return paths
		}
	}
	return append(paths, path)
}

func fieldWord(n int) string {
	if n == 1 {
		return "field"
	}
	return "fields"
}

func someOf(paths []string) string {
	shown := make([]string, 0, namedFields)
	for _, p := range paths[:min(len(paths), namedFields)] {
		shown = append(shown, oneLine(p))
	}
	if more := len(paths) - namedFields; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), more)
	}
	return strings.Join(shown, ", ")
}

// schemaField is one field of a schema.
type schemaField struct {
	kind     string
	required bool
	about    any            // its description
	rest     map[string]any // its schema without description and fields below it
}

// changedFields gives the fields of a version's schema at both sides by their path,
// at least those that differ.
func changedFields(base, head map[string]any) (before, after map[string]schemaField) {
	schema := func(version map[string]any) map[string]any {
		return mapAt(version, []string{"schema", "openAPIV3Schema"})
	}
	before, after = map[string]schemaField{}, map[string]schemaField{}
	collectChanged(before, after, "", schema(base), schema(head), [2]bool{}, 1)
	delete(before, "")
	delete(after, "")
	return before, after
}

// collectChanged goes down both schemas as long as they differ.
func collectChanged(before, after map[string]schemaField, path string, base, head map[string]any, required [2]bool, depth int) {
	if depth > maxDepth || (base == nil) == (head == nil) && equal(base, head) && required[0] == required[1] {
		return
	}
	addField(before, path, base, required[0])
	addField(after, path, head, required[1])
	b, h := fieldsBelow(path, base), fieldsBelow(path, head)
	for _, name := range union(b, h) {
		collectChanged(before, after, name, b[name].schema, h[name].schema, [2]bool{b[name].required, h[name].required}, depth+1)
	}
}

func addField(found map[string]schemaField, path string, schema map[string]any, required bool) {
	if _, seen := found[path]; !seen && schema != nil {
		found[path] = schemaField{kind: typeName(schema), required: required, about: schema["description"], rest: ownSchema(schema)}
	}
}

// below is a schema directly below another one.
type below struct {
	schema   map[string]any
	required bool
}

// fieldsBelow gives the schemas directly below one by their paths: properties,
// and the entries of lists and maps.
func fieldsBelow(path string, schema map[string]any) map[string]below {
	found := map[string]below{}
	needed, _ := schema["required"].([]any)
	properties, _ := schema["properties"].(map[string]any)
	for name, entry := range properties {
		if field, _ := entry.(map[string]any); field != nil {
			found[strings.TrimPrefix(path+"."+name, ".")] = below{field, slices.Contains(needed, any(name))}
		}
	}
	if items, ok := schema["items"].(map[string]any); ok {
		found[path+"[]"] = below{schema: items}
	}
	if values, ok := schema["additionalProperties"].(map[string]any); ok {
		found[path+".*"] = below{schema: values}
	}
	return found
}

// typeName is "string", or what stands for a field that may hold anything.
func typeName(schema map[string]any) string {
	switch {
	case schema["x-kubernetes-int-or-string"] == true:
		return "int-or-string"
	case scalar(schema["type"]) != "":
		return oneLine(scalar(schema["type"]))
	}
	return "any"
}

// ownSchema leaves out what other fields tell.
func ownSchema(schema map[string]any) map[string]any {
	own := map[string]any{}
	for key, value := range schema {
		switch key {
		case "properties", "items", "required", "description":
		case "additionalProperties":
			if _, isSchema := value.(map[string]any); !isSchema {
				own[key] = value
			}
		default:
			own[key] = value
		}
	}
	return own
}

// union gives the keys of both maps, sorted.
func union[V any](a, b map[string]V) []string {
	var keys []string
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
