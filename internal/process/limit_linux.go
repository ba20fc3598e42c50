package process

import (
	"errors"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of one process. A plugin's files are manifests and a cache of charts.
const (
	maxFile = 2 << 30 // bytes
	maxOpen = 8192
)

// limit bounds what a process, and each that it starts, may use. An error means
// that a lower bound holds already.
func (s *Sandbox) limit(pid int) {
	bounds := map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: maxFile, unix.RLIMIT_NOFILE: maxOpen}
	if s.changes {
		// It counts all processes of a user: a person's own are no concern.
		bounds[unix.RLIMIT_NPROC] = maxProcesses
	}
	if s.options.Memory > 0 {
		// Not the address space: Go, Java and WebAssembly reserve far more of
		// that than they use.
		bounds[unix.RLIMIT_DATA] = uint64(s.options.Memory)
	}
	if s.options.Timeout > 0 {
		seconds := uint64(s.options.Timeout/time.Second) + 1
		bounds[unix.RLIMIT_CPU] = seconds * uint64(runtime.NumCPU())
	}
	for resource, most := range bounds {
		var now unix.Rlimit
		if unix.Prlimit(pid, resource, nil, &now) == nil && now.Max > most {
			_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: min(now.Cur, most), Max: most}, nil)
		}
	}
}

// trace has a confined command stop before its first instruction.
func trace(cmd *exec.Cmd, c *Cell) { cmd.SysProcAttr.Ptrace = c != nil }

// bound sets the limits of a command that has just been started. A traced one
// has stopped before its first instruction, so that nothing of it escapes them.
func (c *Cell) bound(cmd *exec.Cmd) error {
	if !cmd.SysProcAttr.Ptrace {
		c.sandbox.limit(cmd.Process.Pid)
		return nil
	}
	err := awaitStop(cmd.Process.Pid)
	c.sandbox.limit(cmd.Process.Pid)
	if e := unix.PtraceDetach(cmd.Process.Pid); err == nil && e != nil && !errors.Is(e, unix.ESRCH) {
		err = e
	}
	return err
}

// awaitStop leaves the status for others to read: the process may have ended
// instead.
func awaitStop(pid int) error {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// forbidsTracing is true for what a security module or a container's filter
// answers.
func forbidsTracing(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EIO)
}
