package action

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
)

// TestInTime leaves work behind that doesn't notice that its time is over.
func TestInTime(t *testing.T) {
	t.Parallel()
	if got, err := inTime(t.Context(), time.Minute, "adding", func(context.Context) int { return 3 }); got != 3 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
	release := make(chan struct{})
	defer close(release)
	_, err := inTime(t.Context(), 10*time.Millisecond, "waiting", func(context.Context) int { <-release; return 1 })
	if !errors.Is(err, errSlow) || !strings.Contains(err.Error(), "waiting: it took longer than it may: 10ms") || fault.HintOf(err) == "" {
		t.Errorf("got %v", err)
	}
	// Work that a busy machine keeps from noticing in time shows nothing.
	for range 10 {
		late := make(chan time.Duration, 1)
		_, err = inTime(t.Context(), 10*time.Millisecond, "noticing", func(ctx context.Context) int {
			<-ctx.Done()
			end, _ := ctx.Deadline()
			late <- time.Since(end)
			return 1
		})
		if err == nil || <-late < lateness/2 {
			break
		}
	}
	if err != nil {
		t.Errorf("work that noticed gives its own answer, got %v", err)
	}
}
