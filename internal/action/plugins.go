package action

import (
	"fmt"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/report"
)

// findPlugins decides which config management plugins may run: those in the
// files that the workflow names, else those defined at base. What head defines
// is compared and never executed, because a pull request may change what is
// rendered, not which commands run.
func (d *comparison) findPlugins(files [2]*argocd.Files) ([]report.Warning, error) {
	if len(d.in.plugins) > 0 {
		return nil, d.namedPlugins()
	}
	base, problems := files[0].Plugins()
	d.plugins = base
	warnings := warningsOf(report.Base, problems)
	head, _ := files[1].Plugins()
	for _, name := range argocd.ChangedPlugins(base, head) {
		warnings = append(warnings, report.Warning{Side: report.Head, File: fileOf(name, head, base),
			Message: fmt.Sprintf("the definition of plugin %s changes; base's definition rendered both sides, head's was not executed", name)})
	}
	return warnings, nil
}

// namedPlugins reads the files of the plugins input, relative to the
// repository.
func (d *comparison) namedPlugins() error {
	paths := make([]string, len(d.in.plugins))
	for i, p := range d.in.plugins {
		if paths[i] = p; !filepath.IsAbs(p) {
			paths[i] = filepath.Join(d.in.repo, p)
		}
	}
	plugins, problems, err := argocd.ReadPluginFiles(paths...)
	if err != nil {
		return fmt.Errorf("%w plugins: %w", errUsage, err)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%w plugins: %s: %w", errUsage, problems[0].File, problems[0].Err)
	}
	d.plugins = plugins
	return nil
}

func warningsOf(side report.Side, problems []argocd.Problem) []report.Warning {
	var warnings []report.Warning
	for _, p := range problems {
		warnings = append(warnings, report.Warning{Side: side, File: p.File, Line: p.Line, Message: p.Err.Error()})
	}
	return warnings
}

// fileOf finds where a plugin is defined, at head or else at base.
func fileOf(name string, lists ...[]argocd.PluginDefinition) string {
	for _, list := range lists {
		for _, p := range list {
			if p.FullName() == name {
				return p.File
			}
		}
	}
	return ""
}
