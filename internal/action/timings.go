package action

import (
	"syscall"
	"time"
)

// timings logs what each stage of a run took, if asked to.
type timings struct {
	log   *logger // nil logs nothing
	wall  time.Time
	spent time.Duration
}

// newTimings begins the first stage.
func newTimings(in inputs, log *logger) timings {
	if !in.timings {
		return timings{}
	}
	return timings{log: log, wall: time.Now(), spent: spent()}
}

// done ends a stage and begins the next one.
func (t *timings) done(stage string) {
	if t.log == nil {
		return
	}
	wall, cpu := time.Now(), spent()
	t.log.info("timings: %s took %.3f s, and %.3f s of CPU", stage, wall.Sub(t.wall).Seconds(), (cpu - t.spent).Seconds())
	t.wall, t.spent = wall, cpu
}

// spent is the CPU time of this process and of those that it ran and that ended.
func spent() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil { // fails for no who that there is
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}
