package argocd

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// settingsMap is the name of the ConfigMap that holds Argo CD's settings.
const settingsMap = "argocd-cm"

// Settings are the keys of argocd-cm that change a render. The zero value is
// what Argo CD does without the ConfigMap.
type Settings struct {
	values map[string]string
	// File and Line are where they stand; "" if nowhere.
	File string
	Line int
}

// Settings gives what the files say of argocd-cm: the ConfigMap of that name,
// or configs.cm in values of the argo-cd Helm chart. A ConfigMap goes before
// values, the first of several before the others, which are problems if they
// differ.
func (f *Files) Settings() (Settings, []Problem) {
	var r settingsReader
	for _, file := range f.files {
		if bytes.Contains(file.data, []byte(settingsMap)) || bytes.Contains(file.data, []byte("configs")) {
			r.read(file)
		}
	}
	return r.choose()
}

// ParseSettings reads one file that a workflow names: the ConfigMap argocd-cm,
// or values of the argo-cd chart with configs.cm. Anything else is an error.
func ParseSettings(name string, data []byte) (Settings, error) {
	var r settingsReader
	r.read(&file{name: name, data: data})
	if len(r.maps)+len(r.charts) == 0 {
		err := fmt.Errorf("expected the ConfigMap %s or values with configs.cm, found neither in %s", settingsMap, name)
		return Settings{}, fault.WithHint(err, "Export it by: kubectl get configmap -n argocd %s -o yaml", settingsMap)
	}
	s, _ := r.choose()
	return s, nil
}

// settingsReader collects candidates.
type settingsReader struct {
	maps   []Settings // ConfigMaps
	charts []Settings // values of the chart
}

func (r *settingsReader) read(f *file) {
	for _, d := range f.documents() {
		object, err := d.object()
		if err != nil {
			continue // Applications reports what doesn't parse
		}
		if object["kind"] == "ConfigMap" {
			if name, _ := mapAt(object, "metadata")["name"].(string); name == settingsMap {
				r.maps = append(r.maps, Settings{texts(mapAt(object, "data")), f.name, d.line})
			}
			continue
		}
		r.values(f.name, d.line, object)
	}
}

// values looks at the top of the file, and one level below, where an umbrella
// chart has the values of its argo-cd dependency.
func (r *settingsReader) values(name string, line int, object map[string]any) {
	candidates := []map[string]any{object}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		candidates = append(candidates, mapAt(object, key))
	}
	for _, c := range candidates {
		if cm := mapAt(c, "configs", "cm"); len(cm) > 0 && cm["create"] != false {
			r.charts = append(r.charts, Settings{texts(cm), name, line})
		}
	}
}

// texts gives a map's values as a ConfigMap holds them.
func texts(m map[string]any) map[string]string {
	values := map[string]string{}
	for key, value := range m {
		switch v := value.(type) {
		case string:
			values[key] = v
		case bool, float64, int64, int:
			values[key] = fmt.Sprint(v)
		}
	}
	return values
}

func (r *settingsReader) choose() (Settings, []Problem) {
	all := slices.Concat(r.maps, r.charts)
	if len(all) == 0 {
		return Settings{}, nil
	}
	var problems []Problem
	for _, s := range all[1:] {
		if keys := all[0].Changed(s); len(keys) > 0 {
			problems = append(problems, Problem{File: s.File, Line: s.Line, Err: fmt.Errorf(
				"argocd-cm is set again and differs in %s; %s is used", strings.Join(keys, ", "), all[0].File)})
		}
	}
	return all[0], problems
}

// shaping are the keys that change a render, and beginnings of such keys.
var shaping = []string{
	"kustomize.buildOptions", "kustomize.path.", "kustomize.version.", "kustomize.enable", "helm.enable", "jsonnet.enable",
	"helm.valuesFileSchemes", "application.resourceTrackingMethod", "application.instanceLabelKey",
}

// Changed gives the keys in which two settings render differently, sorted.
func (s Settings) Changed(other Settings) []string {
	keys := maps.Clone(s.values)
	if keys == nil {
		keys = map[string]string{}
	}
	maps.Copy(keys, other.values)
	var changed []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		shapes := slices.ContainsFunc(shaping, func(begin string) bool { return strings.HasPrefix(key, begin) })
		if shapes && s.values[key] != other.values[key] {
			changed = append(changed, key)
		}
	}
	return changed
}

// KustomizeBuildOptions splits kustomize.buildOptions at white space, as Argo
// CD does; there is no quoting.
func (s Settings) KustomizeBuildOptions() []string {
	return strings.Fields(s.values["kustomize.buildOptions"])
}

// ValueFileSchemes gives helm.valuesFileSchemes: nil if the key is absent,
// which means https and http, and an empty list if it allows none.
func (s Settings) ValueFileSchemes() []string {
	text, ok := s.values["helm.valuesFileSchemes"]
	if !ok {
		return nil
	}
	schemes := []string{}
	for scheme := range strings.SplitSeq(text, ",") {
		if scheme = strings.TrimSpace(scheme); scheme != "" {
			schemes = append(schemes, strings.ToLower(scheme))
		}
	}
	return schemes
}

// Disabled says whether a tool ("kustomize", "helm", "jsonnet") is turned off:
// its key is there, not empty and not "true".
func (s Settings) Disabled(tool string) bool {
	v := s.values[tool+".enable"]
	return v != "" && v != "true"
}

// TrackingMethod gives application.resourceTrackingMethod, "" for the default.
func (s Settings) TrackingMethod() string { return s.values["application.resourceTrackingMethod"] }

// KustomizeVersions gives the names registered by kustomize.version.<name> and
// kustomize.path.<name>, sorted.
func (s Settings) KustomizeVersions() []string {
	var names []string
	for key := range s.values {
		for _, begin := range []string{"kustomize.version.", "kustomize.path."} {
			if name, ok := strings.CutPrefix(key, begin); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// SensitiveAnnotations names the annotations of Secrets whose values are secret,
// too.
func (s Settings) SensitiveAnnotations() []string {
	var names []string
	for name := range strings.SplitSeq(s.values["resource.sensitive.mask.annotations"], ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
