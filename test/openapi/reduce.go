package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

type object = map[string]any

// operations are those that argoplan calls, by path.
var operations = map[string][]string{
	"/user":                       {"get"},
	"/repos/{owner}/{repo}/pulls": {"get"},
	"/repos/{owner}/{repo}/pulls/{pull_number}":            {"get"},
	"/repos/{owner}/{repo}/commits/{commit_sha}/pulls":     {"get"},
	"/repos/{owner}/{repo}/issues/{issue_number}/comments": {"get", "post"},
	"/repos/{owner}/{repo}/issues/comments/{comment_id}":   {"get", "patch", "delete"},

	"/repos/{owner}/{repo}/collaborators/{username}/permission": {"get"},
}

// reduce keeps the operations, and the components that they reach.
func reduce(description, packageJSON []byte) ([]byte, error) {
	var from npm
	if err := json.Unmarshal(packageJSON, &from); err != nil {
		return nil, fmt.Errorf("reading package.json: %w", err)
	}
	all, err := decode(description)
	if err != nil {
		return nil, fmt.Errorf("reading the description: %w", err)
	}
	paths, err := pick(all)
	if err != nil {
		return nil, err
	}
	components := object{}
	if err := follow(all, paths, components); err != nil {
		return nil, err
	}
	// GitHub's error is the form of every answer that an operation doesn't
	// describe.
	if err := follow(all, object{"$ref": "#/components/schemas/basic-error"}, components); err != nil {
		return nil, err
	}
	source := fmt.Sprintf("the npm package %s %s: the operations that argoplan calls, without examples and texts, by test/openapi", from.Name, from.Version)
	amend(components)
	small := object{
		"openapi": all["openapi"], "servers": all["servers"], "paths": paths, "components": components,
		"info": object{
			"title": "A part of GitHub's v3 REST API", "version": from.Version, "x-source": source,
			"license": object{"name": from.License, "url": "LICENSE"},
		},
	}
	data, err := json.MarshalIndent(small, "", " ")
	return append(data, '\n'), err
}

// amend puts right what the description lacks: the repository of a pull
// request's head is null once the fork is deleted.
func amend(components object) {
	for _, name := range []string{"pull-request", "pull-request-simple"} {
		head := at(at(at(at(at(components, "schemas"), name), "properties"), "head"), "properties")
		if repo := head["repo"]; repo != nil {
			head["repo"] = object{"nullable": true, "allOf": []any{repo}}
		}
	}
}

func pick(all object) (object, error) {
	from, paths := at(all, "paths"), object{}
	for path, methods := range operations {
		kept := object{}
		for _, method := range methods {
			operation := at(at(from, path), method)
			if operation == nil {
				return nil, fmt.Errorf("expected the operation %s %s, found none", method, path)
			}
			kept[method] = plain(operation)
		}
		paths[path] = kept
	}
	return paths, nil
}

func at(o object, key string) object {
	value, _ := o[key].(object)
	return value
}

// plain drops what validates nothing. A property may have one of the names, so
// what stands below properties is kept.
func plain(value any) any {
	switch v := value.(type) {
	case object:
		kept := object{}
		for key, child := range v {
			switch {
			case key == "properties":
				kept[key] = properties(child)
			case key == "description" && v["content"] == nil && v["headers"] == nil && !isResponse(v):
			case key == "example", key == "examples", key == "externalDocs", key == "tags", key == "summary", strings.HasPrefix(key, "x-"):
			default:
				kept[key] = plain(child)
			}
		}
		return kept
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	}
	return value
}

// isResponse is true for an answer without a body, whose description OpenAPI
// asks for.
func isResponse(v object) bool {
	_, only := v["description"].(string)
	return only && len(v) == 1
}

func properties(value any) any {
	kept := object{}
	if all, ok := value.(object); ok {
		for name, schema := range all {
			kept[name] = plain(schema)
		}
	}
	return kept
}

// follow copies every component that value refers to, however far.
func follow(all object, value any, components object) error {
	switch v := value.(type) {
	case object:
		if ref, ok := v["$ref"].(string); ok {
			return keep(all, ref, components)
		}
		for _, child := range v {
			if err := follow(all, child, components); err != nil {
				return err
			}
		}
	case []any:
		for _, child := range v {
			if err := follow(all, child, components); err != nil {
				return err
			}
		}
	}
	return nil
}

func keep(all object, ref string, components object) error {
	parts := strings.Split(ref, "/") // #/components/KIND/NAME
	if len(parts) != 4 || parts[1] != "components" {
		return fmt.Errorf("expected a reference to a component, found %s", ref)
	}
	kind, name := parts[2], parts[3]
	if _, done := at(components, kind)[name]; done || kind == "examples" {
		return nil
	}
	found, ok := at(at(all, "components"), kind)[name]
	if !ok {
		return fmt.Errorf("expected the component %s, found none", ref)
	}
	if components[kind] == nil {
		components[kind] = object{}
	}
	small := plain(found)
	at(components, kind)[name] = small
	return follow(all, small, components)
}
