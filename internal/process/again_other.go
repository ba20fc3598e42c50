//go:build !linux

package process

import (
	"context"
	"errors"
	"io"
	"syscall"
)

// Again exists on Linux only.
func Again(context.Context, []string, []string, io.Writer, func() syscall.Signal) (int, error) {
	return -1, errors.New("running again: only Linux can")
}

// BoundMemory does nothing outside of Linux.
func BoundMemory(int64) {}
