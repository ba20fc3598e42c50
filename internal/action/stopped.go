package action

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// Stopped is the cause of a context that a signal ended.
type Stopped struct{ Signal syscall.Signal }

// Error names the signal.
func (s Stopped) Error() string { return fmt.Sprintf("got signal %d (%s)", int(s.Signal), s.Signal) }

// orSignal is the exit status that shells give to a command that a signal
// ended, 128 and the signal's number; without a signal it is status.
func orSignal(ctx context.Context, status int) int {
	var s Stopped
	if errors.As(context.Cause(ctx), &s) {
		return 128 + int(s.Signal)
	}
	return status
}
