package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/standin"
)

// workspace makes the directories of one request, with the stand-ins in it.
func (p *pluginRunner) workspace(ctx context.Context, in Input, def argocd.PluginDefinition) (*workspace, error) {
	w, err := newWorkspace(ctx, p.options.Scratch, &p.trees, in, def.PreserveFileMode)
	if err != nil {
		return nil, err
	}
	if len(p.options.StandIns) > 0 {
		if err = p.install(w); err != nil {
			err = fmt.Errorf("putting stand-ins in place: %w", err)
		}
	}
	if err == nil {
		err = p.confine(ctx, w)
	}
	if err == nil {
		w.seal()
	}
	if err != nil {
		w.remove()
		return nil, err
	}
	return w, nil
}

// standInDir is where the stand-ins of a request are.
func (w *workspace) standInDir() string { return filepath.Join(w.base, "stand-ins") }

// install puts each stand-in where its command is looked for: in PATH, in
// kustomize's directory of plugins, in helm's. They are links to one copy of
// this program, which is inside of the request's own directory, as the program
// itself may be out of a plugin's reach.
func (p *pluginRunner) install(w *workspace) error {
	program, err := p.program()
	if err != nil {
		return err
	}
	if err := os.Mkdir(w.standInDir(), 0o755); err != nil {
		return err
	}
	for _, name := range p.options.StandIns.Names() {
		file := filepath.Join(w.standInDir(), name)
		if err := os.Link(program, file); err != nil {
			return err
		}
		if err := p.pluginOf(w, file, p.options.StandIns[name]); err != nil {
			return err
		}
	}
	return nil
}

// pluginOf makes a stand-in the plugin of another tool.
func (p *pluginRunner) pluginOf(w *workspace, file, kind string) error {
	switch kind {
	case standin.KSOPS:
		dir := filepath.Join(w.home, ".config/kustomize/plugin/viaduct.ai/v1/ksops")
		return errors.Join(os.MkdirAll(dir, 0o755), os.Symlink(file, filepath.Join(dir, "ksops")))
	case standin.HelmSecrets:
		var errs []error
		for name, text := range standin.HelmPlugins() {
			dir := filepath.Join(w.helmPlugins(), name)
			errs = append(errs, os.MkdirAll(dir, 0o755), os.Symlink(file, filepath.Join(dir, "helm-secrets")),
				os.WriteFile(filepath.Join(dir, "plugin.yaml"), []byte(text), 0o644))
		}
		return errors.Join(errs...)
	}
	return nil
}

// helmPlugins is where helm looks for plugins.
func (w *workspace) helmPlugins() string {
	return filepath.Join(w.home, ".local/share/helm/plugins")
}

// withStandIns puts them first in the PATH and the HELM_PLUGINS that count.
func (p *pluginRunner) withStandIns(w *workspace, env []string) []string {
	if len(p.options.StandIns) == 0 {
		return env
	}
	first := map[string]string{"PATH": w.standInDir()}
	if p.options.StandIns.Has(standin.HelmSecrets) {
		first["HELM_PLUGINS"] = w.helmPlugins()
	}
	for i, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if dir := first[name]; dir != "" {
			env[i] = name + "=" + dir + string(os.PathListSeparator) + value
		}
	}
	return append(env, p.options.StandIns.Env()...)
}

// copyProgram copies Options.Executable for all requests of the run, readable
// by everybody. It is a copy and no link, so that whoever changes the mode or
// the owner of what a plugin sees doesn't change the program itself.
func copyProgram(o Options) (string, error) {
	in, err := os.Open(o.Executable)
	if err != nil {
		return "", fmt.Errorf("copying the program that stands in: %w", err)
	}
	defer in.Close()
	out, err := os.CreateTemp(o.Scratch, "stand-in-")
	if err != nil {
		return "", fmt.Errorf("copying the program that stands in: %w", err)
	}
	_, err = io.Copy(out, in)
	return out.Name(), errors.Join(err, out.Chmod(0o755), out.Close())
}
