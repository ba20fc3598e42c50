package render

import "context"

// confine keeps the commands of a workspace to it. It comes last, when all
// files are there. The error is RefusePlugins, or the context's.
func (p *pluginRunner) confine(ctx context.Context, w *workspace) (err error) {
	if p.options.RefusePlugins != nil {
		return p.options.RefusePlugins
	}
	if w.cell, err = p.options.Sandbox.Cell(ctx, w.base, w.tree.user); err != nil {
		return err
	}
	owned := ""
	if w.cell.User() == w.tree.user {
		owned = w.root // since the request before
	}
	return w.cell.Own(owned)
}
