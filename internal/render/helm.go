package render

import (
	"context"
	"errors"
)

const helmTool = "Helm v3.22.0"

func (r *Renderer) helm(ctx context.Context, in Input) ([]byte, error) {
	return nil, errors.New("todo")
}
