package argocd

import (
	"encoding/json"
	"slices"
)

// SamePlugin says whether two definitions run the same commands in the same
// sidecar environment. The file they stand in doesn't matter.
func SamePlugin(a, b PluginDefinition) bool {
	return sameCommands(a, b) && a.Image == b.Image &&
		slices.Equal(a.Env, b.Env) && slices.Equal(a.EnvUnknown, b.EnvUnknown)
}

// sameCommands compares what the definition itself says. JSON makes an absent
// list and an empty one the same.
func sameCommands(a, b PluginDefinition) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func (p *PluginDefinition) hasSidecar() bool {
	return p.Image != "" || len(p.Env) > 0 || len(p.EnvUnknown) > 0
}

// ChangedPlugins gives the full names of the plugins that were added, removed
// or changed between two trees, sorted.
func ChangedPlugins(base, head []PluginDefinition) []string {
	byName := map[string]PluginDefinition{}
	for _, p := range base {
		byName[p.FullName()] = p
	}
	var names []string
	for _, p := range head {
		name := p.FullName()
		if old, ok := byName[name]; !ok || !SamePlugin(old, p) {
			names = append(names, name)
		}
		delete(byName, name)
	}
	for name := range byName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
