//go:build !linux

package process

// BoundMemory does nothing outside of Linux.
func BoundMemory(int64) {}
