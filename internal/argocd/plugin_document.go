package argocd

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

const (
	pluginKind = "ConfigManagementPlugin"
	// pluginConfigMap is what the argo-cd chart names its ConfigMap.
	pluginConfigMap = "argocd-cmp-cm"
)

// saysPlugin finds the kind in text that is no YAML.
var saysPlugin = regexp.MustCompile(`(?m)^\s*["']?kind["']?:\s*["']?` + pluginKind)

// add reads the documents of one file.
func (r *pluginReader) add(file string, data []byte) {
	for _, d := range documents(data) {
		if !namesPlugin(d.text) {
			continue
		}
		var object map[string]any
		if err := yaml.Unmarshal(d.text, &object); err != nil {
			// A template is no YAML, and a values file that Helm can't read
			// either defines nothing.
			if saysPlugin.Match(d.text) {
				r.reject(file, d.line, fmt.Errorf("parsing a %s: %w", pluginKind, err))
			}
			continue
		}
		r.object(file, d.line, object)
	}
}

// object tells the three places of a definition apart.
func (r *pluginReader) object(file string, line int, object map[string]any) {
	switch object["kind"] {
	case pluginKind:
		p, err := pluginFrom(object)
		r.take(file, line, p, err)
	case "ConfigMap":
		r.configMap(file, line, object)
	case nil:
		r.values(file, line, object)
	}
}

// take keeps a definition that Argo CD would start with.
func (r *pluginReader) take(file string, line int, p PluginDefinition, err error) {
	if err == nil {
		err = p.validate()
	}
	if err != nil {
		r.reject(file, line, err)
		return
	}
	p.File = file
	r.found = append(r.found, p)
}

func (r *pluginReader) reject(file string, line int, err error) {
	if fault.HintOf(err) == "" {
		err = fault.WithHint(err, "A definition is kind: %s with metadata.name and spec.generate.command, a list of strings.", pluginKind)
	}
	r.broken = append(r.broken, Problem{File: file, Line: line, Err: err})
}

func (r *pluginReader) doubt(file string, line int, err error) {
	r.doubts = append(r.doubts, Problem{File: file, Line: line, Err: err})
}

// configMap reads the definitions in a ConfigMap's data. In argocd-cmp-cm every
// key has to be one; in others a value that says so is.
func (r *pluginReader) configMap(file string, line int, object map[string]any) {
	name, _ := mapAt(object, "metadata")["name"].(string)
	data := mapAt(object, "data")
	for _, key := range slices.Sorted(maps.Keys(data)) {
		text, _ := data[key].(string)
		if name != pluginConfigMap && !saysPlugin.MatchString(text) {
			continue
		}
		p, err := pluginFromText([]byte(text))
		if err != nil {
			err = fmt.Errorf("key %s of ConfigMap %s: %w", key, name, err)
		}
		r.take(file, line, p, err)
	}
}

func pluginFromText(text []byte) (PluginDefinition, error) {
	var object map[string]any
	if err := yaml.Unmarshal(bytes.TrimSpace(text), &object); err != nil {
		return PluginDefinition{}, fmt.Errorf("parsing a %s: %w", pluginKind, err)
	}
	return pluginFrom(object)
}

// pluginFrom reads a whole document. Fields it doesn't know are ignored, as
// Argo CD does; allowConcurrency and lockRepo are left over from older versions.
func pluginFrom(object map[string]any) (PluginDefinition, error) {
	if kind := object["kind"]; kind != pluginKind {
		return PluginDefinition{}, fmt.Errorf("expected kind: %s, found %s", pluginKind, quoted(kind))
	}
	name, _ := mapAt(object, "metadata")["name"].(string)
	return pluginFromSpec(name, mapAt(object, "spec"))
}

func pluginFromSpec(name string, spec map[string]any) (PluginDefinition, error) {
	var p PluginDefinition
	if err := convert(spec, &p); err != nil {
		return p, fmt.Errorf("reading the spec of plugin %s: %w", quoted(name), err)
	}
	p.Name = name
	return p, nil
}

// validate checks what Argo CD's ValidatePluginConfig does.
func (p *PluginDefinition) validate() error {
	switch {
	case p.Name == "":
		return errors.New("expected metadata.name, found none")
	case len(p.Generate.Command) == 0:
		return fmt.Errorf("expected plugin %s to have generate.command, found none", p.Name)
	}
	return nil
}

func quoted(v any) string {
	if v == nil || v == "" {
		return "none"
	}
	return fmt.Sprintf("%q", fmt.Sprint(v))
}

// mapAt gives the map below keys, or nil.
func mapAt(object map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		object, _ = object[key].(map[string]any)
	}
	return object
}
