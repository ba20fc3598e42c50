package source

import (
	"context"
	"sync"
)

// once computes one value per key, however many callers ask for it at once.
// Errors are kept too: a repository that is down is asked once per run.
type once[K comparable, V any] struct {
	mu    sync.Mutex
	calls map[K]*call[V]
}

type call[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// do gives the value of key, computed by f on the first call. f's context is
// not ended by that first caller, others may wait for the same value; each
// caller stops waiting when its own context ends.
func (o *once[K, V]) do(ctx context.Context, key K, f func(context.Context) (V, error)) (V, error) {
	o.mu.Lock()
	if o.calls == nil {
		o.calls = map[K]*call[V]{}
	}
	running, ok := o.calls[key]
	if !ok {
		running = &call[V]{done: make(chan struct{})}
		o.calls[key] = running
		go func() {
			defer close(running.done)
			running.value, running.err = f(context.WithoutCancel(ctx))
		}()
	}
	o.mu.Unlock()
	select {
	case <-running.done:
		return running.value, running.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}
