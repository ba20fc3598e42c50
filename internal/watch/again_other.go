//go:build !linux

package watch

import (
	"errors"
	"sync/atomic"
)

// able is false: only Linux says what its own program is, and ends a run with
// its watcher.
const able = false

func shield() {}

type supervisor struct{ stopped atomic.Bool }

func attend() *supervisor { return &supervisor{} }

func (*supervisor) leave() {}

func (*supervisor) run([]string, []string, *heard) (int, error) {
	return -1, errors.New("running again: only Linux can")
}
