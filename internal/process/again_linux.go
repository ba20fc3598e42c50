package process

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Again runs this program once more, with its own standard input and output,
// and gives the exit status; -1 if a signal ended it. A stderr of nil is this
// process's own. At the end of ctx it passes on the signal that stop names, and
// still waits.
func Again(ctx context.Context, argv, env []string, stderr io.Writer, stop func() syscall.Signal) (int, error) {
	runtime.LockOSThread() // what the child dies with
	defer runtime.UnlockOSThread()
	cmd := &exec.Cmd{
		Path: "/proc/self/exe", Args: argv, Env: env, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	if stderr != nil {
		cmd.Stderr, cmd.WaitDelay = stderr, grace
	}
	if err := cmd.Start(); err != nil {
		return -1, err
	}
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(stop()) })()
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// BoundMemory has this process end, rather than its machine, when it needs more
// than limit bytes. 0 is three quarters of what the machine, or the container,
// has.
func BoundMemory(limit int64) {
	if limit <= 0 {
		limit = available() / 4 * 3
	}
	if limit <= 0 {
		return
	}
	debug.SetMemoryLimit(limit / 8 * 7)
	var now unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_DATA, &now) == nil && now.Max > uint64(limit) {
		_ = unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(limit), Max: now.Max})
	}
}

// available gives the memory that is left, in bytes; 0 if nothing says.
func available() int64 {
	var most int64
	text, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			most = kib << 10
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, _ := os.ReadFile(file)
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && (most == 0 || n < most) {
			most = n
		}
	}
	return most
}
