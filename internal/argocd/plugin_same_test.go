package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangedPlugins(t *testing.T) {
	t.Parallel()
	edited := func(edit func(*PluginDefinition)) PluginDefinition {
		p := helmfilePlugin
		edit(&p)
		return p
	}
	for _, tt := range []struct {
		name string
		head PluginDefinition
		want []string
	}{
		{"moved", edited(func(p *PluginDefinition) { p.File = "elsewhere" }), nil},
		{"command", edited(func(p *PluginDefinition) { p.Generate.Command = []string{"touch"} }), []string{"helmfile"}},
		{"args", edited(func(p *PluginDefinition) { p.Generate.Args = []string{"x"} }), []string{"helmfile"}},
		{"empty args", edited(func(p *PluginDefinition) { p.Generate.Args = []string{} }), nil},
		{"discovery", edited(func(p *PluginDefinition) { p.Discover.FileName = "*" }), []string{"helmfile"}},
		{"environment", edited(func(p *PluginDefinition) { p.Env = nil }), []string{"helmfile"}},
		{"unknown environment", edited(func(p *PluginDefinition) { p.EnvUnknown = []string{"S"} }), []string{"helmfile"}},
		{"image", edited(func(p *PluginDefinition) { p.Image = "x" }), []string{"helmfile"}},
		{"version", edited(func(p *PluginDefinition) { p.Version = "v2" }), []string{"helmfile", "helmfile-v2"}},
		{"name", edited(func(p *PluginDefinition) { p.Name = "added" }), []string{"added", "helmfile"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ChangedPlugins([]PluginDefinition{plugin("z", ""), helmfilePlugin}, []PluginDefinition{tt.head, plugin("z", "")})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}
