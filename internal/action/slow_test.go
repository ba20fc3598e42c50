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
	start := time.Now()
	_, err := inTime(t.Context(), 10*time.Millisecond, "waiting", func(context.Context) int { <-release; return 1 })
	if !errors.Is(err, errSlow) || !strings.Contains(err.Error(), "waiting: it took longer than it may: 10ms") || fault.HintOf(err) == "" {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > lateness+10*time.Second {
		t.Errorf("took %s", took)
	}
	_, err = inTime(t.Context(), 10*time.Millisecond, "noticing", func(ctx context.Context) int { <-ctx.Done(); return 1 })
	if err != nil {
		t.Errorf("work that noticed gives its own answer, got %v", err)
	}
}
