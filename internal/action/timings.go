package action

import (
	"syscall"
	"time"
)

// timings logs what each stage of a run took, if asked to.
type timings struct {
	log      *logger // nil logs nothing
	wall     time.Time
	own      time.Duration // CPU time of this process
	commands time.Duration // and of those that it ran and that ended
}

// newTimings begins the first stage.
func newTimings(in inputs, log *logger) timings {
	if !in.timings {
		return timings{}
	}
	return timings{log: log, wall: time.Now(), own: spent(syscall.RUSAGE_SELF), commands: spent(syscall.RUSAGE_CHILDREN)}
}

// done ends a stage and begins the next one.
func (t *timings) done(stage string) {
	if t.log == nil {
		return
	}
	now := timings{t.log, time.Now(), spent(syscall.RUSAGE_SELF), spent(syscall.RUSAGE_CHILDREN)}
	own, commands := now.own-t.own, now.commands-t.commands
	t.log.info("timings: %s took %.3f s, and %.3f s of CPU, %.3f s of it in commands", stage, now.wall.Sub(t.wall).Seconds(), (own + commands).Seconds(), commands.Seconds())
	*t = now
}

// spent is the CPU time of this process, or of those that it ran and that ended.
func spent(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil { // fails for no who that there is
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
