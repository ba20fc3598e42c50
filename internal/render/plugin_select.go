package render

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// discover gives the first plugin that claims the source's directory, as Argo
// CD finds out the type of a source that names none. A plugin whose rule fails
// claims nothing; the error is a tree that can't be copied or the context's end.
func (p *pluginRunner) discover(ctx context.Context, in Input) (name string, found bool, err error) {
	ctx, cancel := p.deadline(ctx)
	defer cancel()
	def, err := p.firstMatch(ctx, in, passedEnv(in, buildEnv(in)))
	if def == nil || err != nil {
		return "", false, err
	}
	return def.FullName(), true, nil
}

// choose finds the plugin that generates: the named one, or the first one that
// claims the directory with the request's whole environment.
func (p *pluginRunner) choose(ctx context.Context, in Input, env []string) (argocd.PluginDefinition, error) {
	if in.Source.Plugin != nil && in.Source.Plugin.Name != "" {
		return p.named(ctx, in.Source.Plugin.Name, in, env)
	}
	def, err := p.firstMatch(ctx, in, env)
	if err != nil {
		return argocd.PluginDefinition{}, err
	}
	if def == nil {
		err := fmt.Errorf("expected a config management plugin that claims the directory, found none of: %s", p.known())
		return argocd.PluginDefinition{}, fault.WithHint(err, "Name one in spec.source.plugin.name, or check the discover rules of the plugins.")
	}
	return *def, nil
}

// firstMatch gives nil if no plugin claims the directory.
func (p *pluginRunner) firstMatch(ctx context.Context, in Input, env []string) (*argocd.PluginDefinition, error) {
	for i := range p.plugins {
		def := &p.plugins[i]
		if def.Discover.IsZero() {
			continue
		}
		m, err := p.match(ctx, *def, in, env)
		if err != nil {
			return nil, err
		}
		if m.ok {
			return def, nil
		}
	}
	return nil, nil
}

// discovers says whether any plugin claims directories by itself.
func (p *pluginRunner) discovers() bool {
	return slices.ContainsFunc(p.plugins, func(def argocd.PluginDefinition) bool { return !def.Discover.IsZero() })
}

// named gives the plugin of that name. It has to claim the directory too,
// unless it has no discover rule.
func (p *pluginRunner) named(ctx context.Context, name string, in Input, env []string) (argocd.PluginDefinition, error) {
	for _, def := range p.plugins {
		if def.FullName() != name {
			continue
		}
		if def.Discover.IsZero() {
			return def, nil
		}
		m, err := p.match(ctx, def, in, env)
		if err == nil && !m.ok {
			err = fault.WithHint(fmt.Errorf("expected plugin %s to claim the directory by its discover rule: %s", name, m.why),
				"Argo CD runs no plugin whose discover rule does not match, even by name; correct the rule or the path.")
		}
		return def, err
	}
	err := fmt.Errorf("expected a config management plugin named %q, found: %s", name, p.known())
	return argocd.PluginDefinition{}, fault.WithHint(err, "%s", p.hintForName(name))
}

func (p *pluginRunner) hintForName(name string) string {
	for _, def := range p.plugins {
		if def.Name == name {
			return fmt.Sprintf("A plugin with a version is named with it: %s.", def.FullName())
		}
	}
	return "Definitions are read from the base revision, or from the files in the input plugins."
}

// known lists the plugins in the order they are asked in.
func (p *pluginRunner) known() string {
	if len(p.plugins) == 0 {
		return "no plugin is defined"
	}
	names := make([]string, len(p.plugins))
	for i, def := range p.plugins {
		names[i] = def.FullName()
	}
	return strings.Join(names, ", ")
}
