//go:build !linux

package process

import "context"

func (g *group) watchCrowd(ctx context.Context, _ int) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}
