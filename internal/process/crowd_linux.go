package process

import (
	"context"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// watchCrowd ends a group of more processes than a command may start, and gives
// a context that says so. It stands in where the kernel has no bound: that is
// for a user, and root has none at all.
func (g *group) watchCrowd(ctx context.Context, most int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	before := tasks()
	go func() {
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			// Only where the whole machine's number grew is it worth to count.
			if tasks() > before+most && g.members() > most {
				cancel(&CrowdError{Max: most})
				g.signal(unix.SIGKILL)
			}
		}
	}()
	return ctx, func() { cancel(nil) }
}

// tasks gives the number of all threads of the machine.
func tasks() int {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return 0
	}
	return int(info.Procs)
}

// members counts the group's processes, those that have ended and are still
// listed, too.
func (g *group) members() (n int) {
	files, _ := filepath.Glob("/proc/[0-9]*")
	for _, file := range files {
		pid, _ := strconv.Atoi(filepath.Base(file))
		if s, ok := statOf(pid); ok && s.group == g.cmd.Process.Pid {
			n++
		}
	}
	return n
}
