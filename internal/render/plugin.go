package render

import (
	"context"
	"errors"
)

type pluginRunner struct{}

func newPluginRunner(Options) *pluginRunner { return &pluginRunner{} }

func (p *pluginRunner) discover(context.Context, Input) (string, bool, error) { return "", false, nil }

func (p *pluginRunner) render(context.Context, Input) ([]byte, string, error) {
	return nil, "", errors.New("not yet")
}
