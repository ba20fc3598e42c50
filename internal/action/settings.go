package action

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/report"
)

// findSettings reads argocd-cm: the file that the workflow names, for both
// sides, or else each side's own. A pull request that changes the settings then
// shows what they change; none of them makes a command run.
func (d *comparison) findSettings(files [2]*argocd.Files) (warnings []report.Warning, err error) {
	if d.in.settings != "" {
		named, err := d.namedSettings()
		d.settings = [2]argocd.Settings{named, named}
		return nil, err
	}
	for i := range files {
		var problems []argocd.Problem
		d.settings[i], problems = files[i].Settings()
		if i == 1 {
			warnings = warningsOf(report.Head, problems)
		}
	}
	return warnings, nil
}

// namedSettings reads the file of the settings input, relative to the
// repository.
func (d *comparison) namedSettings() (argocd.Settings, error) {
	path := d.in.settings
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.in.repo, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return argocd.Settings{}, fmt.Errorf("%w settings: %w", errUsage, err)
	}
	settings, err := argocd.ParseSettings(d.in.settings, data)
	if err != nil {
		return argocd.Settings{}, fmt.Errorf("%w settings: %w", errUsage, err)
	}
	return settings, nil
}

// disabled translates the tool switches.
func disabled(s argocd.Settings) (types []render.Type) {
	for tool, kind := range map[string]render.Type{"kustomize": render.Kustomize, "helm": render.Helm, "jsonnet": render.Directory} {
		if s.Disabled(tool) {
			types = append(types, kind)
		}
	}
	return types
}
