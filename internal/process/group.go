package process

import (
	"context"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// group is a started command and the process group it leads.
type group struct {
	cmd     *exec.Cmd
	pipes   []*os.File    // the read ends of both outputs
	exited  chan struct{} // closed when the leader has ended
	done    chan struct{} // closed when, besides, nobody holds the outputs
	drained sync.WaitGroup
	reap    func() error // set once exited is closed
}

// start starts cmd, which must be set up by ownGroup, and reads its outputs. The
// pipes are ours and not os/exec's, whose Wait would free the leader's pid
// before the outputs have ended.
func start(cmd *exec.Cmd, c Command, stdout, stderr io.Writer) (*group, error) {
	g := &group{cmd: cmd, exited: make(chan struct{}), done: make(chan struct{})}
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer outW.Close()
	errR, errW, err := os.Pipe()
	if err != nil {
		_ = outR.Close()
		return nil, err
	}
	defer errW.Close()
	g.pipes = []*os.File{outR, errR}
	cmd.Stdout, cmd.Stderr = outW, errW
	if c.Stdout != nil {
		cmd.Stdout = c.Stdout
	}
	if err := c.Cell.enter(cmd); err != nil {
		g.closePipes()
		return nil, err
	}
	g.drained.Go(func() { _, _ = io.Copy(stdout, outR) })
	g.drained.Go(func() { _, _ = io.Copy(stderr, errR) })
	go g.watch()
	return g, nil
}

func (g *group) watch() {
	g.reap = awaitExit(g.cmd)
	close(g.exited)
	g.drained.Wait()
	close(g.done)
}

// follow waits until the command is done, and gives nil then. It gives the
// cause if ctx ends first, or if a child holds an output for longer than grace.
func (g *group) follow(ctx context.Context, grace time.Duration) error {
	select {
	case <-g.done:
		return nil
	case <-ctx.Done():
		return g.terminate(ctx, grace)
	case <-g.exited:
	}
	select {
	case <-g.done:
		return nil
	case <-ctx.Done():
		return g.terminate(ctx, grace)
	case <-time.After(grace):
		return ErrOutputHeld
	}
}

// terminate asks the group to end and waits for a while. It gives the cause of
// ctx.
func (g *group) terminate(ctx context.Context, grace time.Duration) error {
	cause := context.Cause(ctx)
	if !ownFault(cause) {
		grace = min(grace, stopGrace)
	}
	g.signal(syscall.SIGTERM)
	select {
	case <-g.done:
	case <-time.After(grace):
	}
	return cause
}

// end kills what is left of the group and gives the leader's exit. The leader
// is reaped last: until then its pid, which names the group, can't be given to
// another process.
func (g *group) end(grace time.Duration) error {
	g.signal(syscall.SIGKILL)
	<-g.exited
	select {
	case <-g.done:
	case <-time.After(grace / 10):
		// Only a process in another session can hold an output now.
	}
	g.closePipes()
	<-g.done
	err := g.reap()
	g.awaitGone()
	return err
}

// signal has no error worth telling: the group is gone already, or belongs to
// another user.
func (g *group) signal(s syscall.Signal) { _ = syscall.Kill(-g.cmd.Process.Pid, s) }

// awaitGone gives killed processes the moment they need to disappear, so that
// none of them writes to a directory that the caller is about to remove. Those
// that init doesn't reap stay as zombies; hence the bound, for as long as nothing
// happens. Signal 0 only asks.
func (g *group) awaitGone() {
	for idle := 0; idle < 50; idle++ {
		reaped := make(chan int)
		go func() { reaped <- reapOrphans() }() // the thread here may be confined, and see nothing of /proc
		if <-reaped > 0 {
			idle = 0
		}
		if syscall.Kill(-g.cmd.Process.Pid, 0) != nil {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (g *group) closePipes() {
	for _, p := range g.pipes {
		_ = p.Close()
	}
}
