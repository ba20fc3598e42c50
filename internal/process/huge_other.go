//go:build !linux

package process

// UseHugePages does nothing outside of Linux.
func UseHugePages(int64) {}
