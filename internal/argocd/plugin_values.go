package argocd

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/argoplan/argoplan/internal/fault"
)

// values reads values of the argo-cd Helm chart, at the top of the file or one
// level below, where an umbrella chart has them.
func (r *pluginReader) values(file string, line int, object map[string]any) {
	r.chartValues(file, line, object)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if below, ok := object[key].(map[string]any); ok {
			r.chartValues(file, line, below)
		}
	}
}

// chartValues reads configs.cmp.plugins: the chart makes each entry the spec of
// a definition with the entry's key as its name.
func (r *pluginReader) chartValues(file string, line int, values map[string]any) {
	cmp := mapAt(values, "configs", "cmp")
	plugins := mapAt(cmp, "plugins")
	if len(plugins) == 0 {
		return
	}
	if cmp["create"] != true {
		r.doubt(file, line, fault.WithHint(errors.New("configs.cmp.plugins is set and configs.cmp.create is not true: no plugin is defined"),
			"Set configs.cmp.create: true; the argo-cd chart ignores the plugins without it."))
		return
	}
	sidecars := r.sidecars(file, line, values)
	for _, name := range slices.Sorted(maps.Keys(plugins)) {
		spec, ok := plugins[name].(map[string]any)
		if !ok {
			r.reject(file, line, fmt.Errorf("expected configs.cmp.plugins.%s to be a map, found %s", name, quoted(plugins[name])))
			continue
		}
		p, err := pluginFromSpec(name, spec)
		if c := sidecarOf(name, sidecars, len(plugins)); c != nil {
			p.Image = literal(c.Image)
			p.Env, p.EnvUnknown = c.environment()
		}
		r.take(file, line, p, err)
	}
}

// sidecars gives the containers of the values that run a plugin.
func (r *pluginReader) sidecars(file string, line int, values map[string]any) []container {
	var typed struct {
		RepoServer struct {
			ExtraContainers []container `json:"extraContainers"`
		} `json:"repoServer"`
	}
	err := convert(map[string]any{"repoServer": values["repoServer"]}, &typed)
	if err != nil {
		r.doubt(file, line, fault.WithHint(fmt.Errorf("reading repoServer.extraContainers: %w", err),
			"The environment of the plugins' sidecars is not known; give it in the input plugin-env."))
		return nil
	}
	return slices.DeleteFunc(typed.RepoServer.ExtraContainers, func(c container) bool { return !c.runsPlugin() })
}

// sidecarOf finds the container that has the plugin's definition mounted, or
// takes the only one for the only plugin.
func sidecarOf(plugin string, sidecars []container, plugins int) *container {
	for i := range sidecars {
		if sidecars[i].mounts(plugin + ".yaml") {
			return &sidecars[i]
		}
	}
	if plugins == 1 && len(sidecars) == 1 {
		return &sidecars[0]
	}
	return nil
}
