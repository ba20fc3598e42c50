//go:build !linux

package process

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the leader of a new process group.
func ownGroup(cmd *exec.Cmd) (unlock func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return func() {}
}

// awaitExit blocks until cmd has ended. Outside Linux there is no reliable way
// to wait without reaping, so the pid is free from here on; a group that still
// has members keeps it taken.
func awaitExit(cmd *exec.Cmd) (reap func() error) {
	err := cmd.Wait()
	return func() error { return err }
}
