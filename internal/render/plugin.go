package render

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/process"
)

// pluginTimeout bounds a plugin that Options sets no bound for.
const pluginTimeout = 90 * time.Second

// pluginRunner runs config management plugins as Argo CD's sidecars do: each
// request in a fresh copy of the tree. It keeps nothing between requests.
type pluginRunner struct {
	options Options
	// plugins are in the order of their sockets' file names, the order in
	// which Argo CD asks them.
	plugins []argocd.PluginDefinition
	// program gives this run's copy of Options.Executable.
	program func() (string, error)
	trees   treePool
}

func newPluginRunner(o Options) *pluginRunner {
	if o.PluginTimeout <= 0 {
		o.PluginTimeout = pluginTimeout
	}
	plugins := slices.Clone(o.Plugins)
	slices.SortStableFunc(plugins, func(a, b argocd.PluginDefinition) int {
		return strings.Compare(a.FullName()+".sock", b.FullName()+".sock")
	})
	return &pluginRunner{options: o, plugins: plugins, program: sync.OnceValues(func() (string, error) { return copyProgram(o) })}
}

// render gives what the source's plugin prints, and "plugin <name>".
func (p *pluginRunner) render(ctx context.Context, in Input) ([]byte, string, error) {
	ctx, cancel := p.deadline(ctx)
	defer cancel()
	env, err := requestEnv(in)
	if err != nil {
		return nil, "", err
	}
	def, err := p.choose(ctx, in, env)
	if err != nil {
		return nil, "", err
	}
	out, err := p.run(ctx, def, in, env)
	return out, "plugin " + def.FullName(), err
}

// deadline bounds all commands of one request together, as the deadline of the
// request to Argo CD's sidecar does.
func (p *pluginRunner) deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	d := p.options.PluginTimeout
	return context.WithTimeoutCause(ctx, d, &process.TimeoutError{After: d})
}

// run executes init and generate one after the other in one copy of the tree.
func (p *pluginRunner) run(ctx context.Context, def argocd.PluginDefinition, in Input, env []string) ([]byte, error) {
	w, err := p.workspace(ctx, in, def)
	if err != nil {
		return nil, err
	}
	defer w.remove()
	if def.Init != nil && len(def.Init.Command) > 0 {
		if _, err := p.step(ctx, def, w, "init", *def.Init, env); err != nil {
			return nil, err
		}
	}
	return p.step(ctx, def, w, "generate", def.Generate, env)
}

// step executes one command of a plugin in its directory.
func (p *pluginRunner) step(ctx context.Context, def argocd.PluginDefinition, w *workspace, name string,
	command argocd.PluginCommand, env []string) ([]byte, error) {
	result, err := process.Run(ctx, process.Command{
		Argv: command.Argv(), Dir: w.dir, Env: p.withStandIns(w, slices.Concat(p.systemEnv(def, w), env)), Cell: w.cell,
	})
	var failed *process.Error
	if errors.As(err, &failed) {
		err = p.explain(def, w, name, failed)
	}
	return result.Stdout, err
}
