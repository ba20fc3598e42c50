package render

import (
	"context"
	"errors"

	"github.com/argoplan/argoplan/internal/argocd"
)

func (r *Renderer) detect(ctx context.Context, in Input) (Type, error) {
	return Helm, errors.New("todo")
}

func normalize(s argocd.Source) argocd.Source { return s }
