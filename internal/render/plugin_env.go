package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// systemEnv is what takes the place of the sidecar's own environment: nothing
// of this process, directories of this request alone, then the sidecar's
// variables and those of the workflow. A later entry wins.
func (p *pluginRunner) systemEnv(def argocd.PluginDefinition, w *workspace) []string {
	env := []string{
		"PATH=" + p.options.Path,
		"HOME=" + w.home,
		"TMPDIR=" + w.tmp,
		"XDG_CACHE_HOME=" + filepath.Join(w.home, ".cache"),
		"XDG_CONFIG_HOME=" + filepath.Join(w.home, ".config"),
		"XDG_DATA_HOME=" + filepath.Join(w.home, ".local/share"),
		"XDG_STATE_HOME=" + filepath.Join(w.home, ".local/state"),
		"LANG=C.UTF-8",
	}
	for _, e := range def.Env {
		if moved, ok := relocate(e, w.tmp); ok {
			env = append(env, moved)
		}
	}
	return append(env, p.options.PluginEnv...)
}

// relocate moves a value below the sidecar's /tmp to the request's own. PATH,
// HOME and TMPDIR elsewhere are places in the sidecar's image: not ok.
func relocate(entry, tmp string) (moved string, ok bool) {
	name, value, _ := strings.Cut(entry, "=")
	if value == "/tmp" || strings.HasPrefix(value, "/tmp/") {
		return name + "=" + tmp + strings.TrimPrefix(value, "/tmp"), true
	}
	return entry, name != "PATH" && name != "HOME" && name != "TMPDIR"
}

// requestEnv is what Argo CD's repo-server tells a plugin about a source, in
// its order: the build variables, the cluster, plugin.env and the parameters.
func requestEnv(in Input) ([]string, error) {
	version, err := parseKubeVersion(in.KubeVersion)
	if err != nil {
		return nil, err
	}
	env := append(buildEnv(in), "KUBE_VERSION="+version, "KUBE_API_VERSIONS="+strings.Join(in.APIVersions, ","))
	if in.Source.Plugin == nil {
		return passedEnv(in, env), nil
	}
	parameters, err := parametersJSON(in.Source.Plugin.Parameters)
	if err != nil {
		return nil, err
	}
	given := slices.Clone(env)
	for _, e := range in.Source.Plugin.Env {
		env = append(env, "ARGOCD_ENV_"+e.Name+"="+substitute(given, e.Value))
	}
	env = append(env, "ARGOCD_APP_PARAMETERS="+parameters)
	for _, parameter := range in.Source.Plugin.Parameters {
		env = append(env, parameterEnv(parameter)...)
	}
	return passedEnv(in, env), nil
}

// passedEnv leaves out what Argo CD doesn't pass to a sidecar.
func passedEnv(in Input, env []string) []string {
	if in.has(emptyPluginEnv) {
		return env
	}
	return slices.DeleteFunc(env, func(e string) bool { return strings.Index(e, "=") == len(e)-1 })
}

// parametersJSON has sorted keys and "null" for no parameters, as Argo CD's
// type marshals itself.
func parametersJSON(parameters []argocd.PluginParameter) (string, error) {
	var list []map[string]any
	for _, p := range parameters {
		entry := map[string]any{"name": p.Name}
		if p.String != nil {
			entry["string"] = *p.String
		}
		if p.Map != nil {
			entry["map"] = p.Map
		}
		if p.Array != nil {
			entry["array"] = p.Array
		}
		list = append(list, entry)
	}
	data, err := json.Marshal(list)
	if err != nil {
		return "", fmt.Errorf("writing plugin parameters as JSON: %w", err)
	}
	return string(data), nil
}

// parameterEnv gives PARAM_<NAME> for a string, and one variable for each
// entry of a map or an array. Maps are sorted by key.
func parameterEnv(p argocd.PluginParameter) []string {
	var env []string
	name := "PARAM_" + envName(p.Name)
	if p.String != nil {
		env = append(env, name+"="+*p.String)
	}
	for _, key := range slices.Sorted(maps.Keys(p.Map)) {
		env = append(env, name+"_"+envName(key)+"="+p.Map[key])
	}
	for i, value := range p.Array {
		env = append(env, fmt.Sprintf("%s_%d=%s", name, i, value))
	}
	return env
}

// envName is s in upper case with "_" for everything but A-Z, 0-9 and "_".
func envName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, strings.ToUpper(s))
}
