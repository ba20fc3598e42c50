package action

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// errSlow is in the chain of errors about work that took too long. That work may
// go on: a template that never ends can't be stopped from outside.
var errSlow = errors.New("it took longer than it may")

// lateness is how long work may take to notice that its time is over.
const lateness = 2 * time.Second

// inTime gives what do gives, or an error when its time is over; a timeout of 0
// is none. Work that doesn't notice is left behind.
func inTime[T any](ctx context.Context, timeout time.Duration, what string, do func(context.Context) T) (T, error) {
	if timeout <= 0 {
		return do(ctx), nil
	}
	slow := fault.WithHint(fmt.Errorf("%s: %w: %s", what, errSlow, timeout),
		"Raise render-timeout if it needs longer, or look for a loop that doesn't end.")
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, slow)
	defer cancel()
	answer := make(chan T, 1)
	go func() { answer <- do(ctx) }()
	select {
	case got := <-answer:
		return got, nil
	case <-ctx.Done():
	}
	select {
	case got := <-answer:
		return got, nil
	case <-time.After(lateness):
		var none T
		return none, context.Cause(ctx)
	}
}

// gaveUp says whether work on an Application may still go on.
func gaveUp(o report.Outcome) bool {
	for _, r := range []*report.Render{o.Base, o.Head} {
		if r != nil && errors.Is(r.Err, errSlow) {
			return true
		}
	}
	return false
}
