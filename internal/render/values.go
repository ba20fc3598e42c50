package render

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// values merges what the source sets, in Helm's order: valueFiles, then values
// or valuesObject, then --set, --set-string and --set-file.
func (r *Renderer) values(ctx context.Context, in Input, options argocd.Helm) (map[string]any, error) {
	paths := r.newPathResolver(in)
	merged := map[string]any{}
	files, err := paths.expandValueFiles(options)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("reading value files: %w", err)
		}
		if merged, err = r.mergeFile(merged, file); err != nil {
			return nil, err
		}
	}
	if merged, err = r.mergeInline(merged, options); err != nil {
		return nil, err
	}
	if err := setParameters(r.engine, merged, options.Parameters, paths.env); err != nil {
		return nil, err
	}
	return merged, r.setFiles(merged, options.FileParameters, paths)
}

func (r *Renderer) mergeFile(base map[string]any, file valueFile) (map[string]any, error) {
	content, err := r.read(file)
	if err != nil {
		return nil, fmt.Errorf("reading helm.valueFiles: %w", err)
	}
	values, err := r.engine.parseValues(content)
	if err != nil {
		err = fault.WithHint(fmt.Errorf("parsing the value file: %w", err), "Helm reads the file the same way: as YAML with one map, in which aliases don't multiply.")
		return nil, fault.InFile(err, file.String())
	}
	return mergeMaps(base, values), nil
}

// mergeInline adds valuesObject, or the text in values if there is none. Both
// pass through YAML, because Helm reads them from a file: numbers get the
// types that Helm gives them.
func (r *Renderer) mergeInline(base map[string]any, options argocd.Helm) (map[string]any, error) {
	name, text := "helm.values", []byte(options.Values)
	if options.ValuesObject != nil {
		var err error
		name = "helm.valuesObject"
		if text, err = yaml.Marshal(options.ValuesObject); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	values, err := r.engine.parseValues(text)
	if err != nil {
		return nil, fmt.Errorf("parsing %s: %w", name, err)
	}
	return mergeMaps(base, values), nil
}

// mergeMaps lets over win; maps are merged key by key, everything else is
// replaced. Neither argument is changed.
func mergeMaps(base, over map[string]any) map[string]any {
	merged := maps.Clone(base)
	if merged == nil {
		merged = map[string]any{}
	}
	for key, value := range over {
		below, isMap := value.(map[string]any)
		old, wasMap := merged[key].(map[string]any)
		if isMap && wasMap {
			value = mergeMaps(old, below)
		}
		merged[key] = value
	}
	return merged
}

// setParameters applies --set, then --set-string. Of a name that is given
// twice the last value counts; Argo CD passes them in no particular order,
// here they are sorted by name.
func setParameters(helm parameterSetter, values map[string]any, parameters []argocd.HelmParameter, env []string) error {
	set, setString := map[string]string{}, map[string]string{}
	for _, parameter := range parameters {
		group := set
		if parameter.ForceString {
			group = setString
		}
		group[parameter.Name] = escapeCommas(substitute(env, parameter.Value))
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if err := helm.set(name+"="+set[name], values); err != nil {
			return fmt.Errorf("setting helm.parameters %q: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(setString)) {
		if err := helm.setString(name+"="+setString[name], values); err != nil {
			return fmt.Errorf("setting helm.parameters %q: %w", name, err)
		}
	}
	return nil
}

// escapeCommas keeps a value in one piece for --set: every comma without a
// backslash before it gets one, except in a whole {list}.
func escapeCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value
	}
	var escaped strings.Builder
	var previous rune
	for _, char := range value {
		if char == ',' && previous != '\\' {
			escaped.WriteRune('\\')
		}
		escaped.WriteRune(char)
		previous = char
	}
	return escaped.String()
}

// setFiles applies --set-file: the content of a file becomes a string value.
func (r *Renderer) setFiles(values map[string]any, parameters []argocd.HelmFile, paths *pathResolver) error {
	files := map[string]string{}
	for _, parameter := range parameters {
		files[parameter.Name] = parameter.Path
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, err := paths.resolve(files[name])
		if err != nil {
			return fmt.Errorf("resolving helm.fileParameters %q: %w", name, err)
		}
		content, err := r.read(file)
		if err != nil {
			return fmt.Errorf("reading helm.fileParameters %q: %w", name, err)
		}
		if err := r.engine.setText(name, string(content), values); err != nil {
			return fmt.Errorf("setting helm.fileParameters %q: %w", name, err)
		}
	}
	return nil
}
