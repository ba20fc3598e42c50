package render

import "context"

// confine keeps the commands of a workspace to it. It comes last, when all
// files are there.
func (p *pluginRunner) confine(ctx context.Context, w *workspace) (err error) {
	if w.cell, err = p.options.Sandbox.Cell(ctx, w.base); err != nil {
		return err
	}
	return w.cell.Own()
}
