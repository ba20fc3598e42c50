package render

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func TestPluginByName(t *testing.T) {
	t.Parallel()
	def := func(name, version, fileName string) argocd.PluginDefinition {
		return argocd.PluginDefinition{Name: name, Version: version, Generate: command("echo", name+version),
			Discover: argocd.Discover{FileName: fileName}}
	}
	broken := argocd.PluginDefinition{Name: "broken", Generate: command("echo"),
		Discover: argocd.Discover{Find: argocd.Find{PluginCommand: command("sh", "-c", "echo why >&2; exit 3")}}}
	plugins := []argocd.PluginDefinition{def("v", "v1", ""), def("miss", "", "none.yaml"), def("hit", "", "x.yaml"), def("free", "", ""), broken}
	for _, tt := range []struct{ name, want, err, hint string }{
		{name: "free", want: "free\n"},
		{name: "hit", want: "hit\n"},
		{name: "v-v1", want: "vv1\n"},
		{name: "", want: "hit\n"},
		{name: "v", err: `named "v", found: broken, free, hit, miss, v-v1`, hint: "named with it: v-v1"},
		{name: "other", err: `named "other"`, hint: "base revision"},
		{name: "miss", err: `expected plugin miss to claim the directory by its discover rule: no file matches fileName "none.yaml"`, hint: "even by name"},
		{name: "broken", err: "find.command of plugin broken (sh -c echo why >&2; exit 3): running sh: exit status 3, standard error:\nwhy", hint: "even by name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := pluginInput(t, nil)
			in.Source.Plugin = &argocd.Plugin{Name: tt.name}
			got, _, err := newPluginRunner(pluginOptions(t, plugins...)).render(t.Context(), in)
			if string(got) != tt.want || (err == nil) != (tt.err == "") {
				t.Fatalf("render: %q, %v; want %q, %q", got, err, tt.want, tt.err)
			}
			if err != nil && (!strings.Contains(err.Error(), tt.err) || !strings.Contains(fault.HintOf(err), tt.hint)) {
				t.Errorf("render: %v (hint %q); want %q (%q)", err, fault.HintOf(err), tt.err, tt.hint)
			}
		})
	}
}

func TestPluginNoneClaims(t *testing.T) {
	t.Parallel()
	for want, plugins := range map[string][]argocd.PluginDefinition{
		"found none of: p":     {script("sh", "ls")},
		"no plugin is defined": nil,
	} {
		in := pluginInput(t, nil)
		in.Source.Plugin = &argocd.Plugin{}
		_, _, err := newPluginRunner(pluginOptions(t, plugins...)).render(t.Context(), in)
		if err == nil || !strings.Contains(err.Error(), want) || fault.HintOf(err) == "" {
			t.Errorf("render: %v; want %q and a hint", err, want)
		}
	}
}
