package watch

import (
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// able is true where a process can run its own program again, and be its end.
const able = true

// grace is how long what a run left behind may hold its standard error.
const grace = 5 * time.Second

// Numbers that the syscall package does not have; see prctl(2).
const (
	setDumpable       = 4  // PR_SET_DUMPABLE
	setChildSubreaper = 36 // PR_SET_CHILD_SUBREAPER
)

// shield is process.Shield, for a process that begins before that package does:
// others of this user can't read the environment, and nothing escapes.
func shield() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setDumpable, 0, 0)
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
}

// supervisor passes on the signals that stop a run.
type supervisor struct {
	signals chan os.Signal
	stopped atomic.Bool
	lock    sync.Mutex
	process *os.Process // that runs now
}

// attend begins to take signals.
func attend() *supervisor {
	s := &supervisor{signals: make(chan os.Signal, 1)}
	signal.Notify(s.signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		for got := range s.signals {
			s.stopped.Store(true)
			s.lock.Lock()
			if s.process != nil {
				_ = s.process.Signal(got)
			}
			s.lock.Unlock()
		}
	}()
	return s
}

func (s *supervisor) leave() {
	signal.Stop(s.signals)
	close(s.signals)
}

// run starts this program again, with its own standard input and output, and
// gives the exit status; -1 if a signal ended it.
func (s *supervisor) run(argv, environ []string, h *heard) (int, error) {
	runtime.LockOSThread() // what the child dies with
	defer runtime.UnlockOSThread()
	stderr, drained, err := h.listen()
	if err != nil {
		return -1, err
	}
	p, err := s.start(argv, environ, stderr)
	if h != nil {
		_ = stderr.Close()
		defer drained()
	}
	if err != nil {
		return -1, err
	}
	state, err := p.Wait()
	s.set(nil)
	if err != nil {
		return -1, err
	}
	return state.ExitCode(), nil
}

// start starts it unless a signal came before.
func (s *supervisor) start(argv, environ []string, stderr *os.File) (*os.Process, error) {
	p, err := os.StartProcess("/proc/self/exe", argv, &os.ProcAttr{
		Env: environ, Files: []*os.File{os.Stdin, os.Stdout, stderr}, Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return nil, err
	}
	s.set(p)
	if s.stopped.Load() { // while nothing was there to pass it on to
		_ = p.Signal(syscall.SIGTERM)
	}
	return p, nil
}

func (s *supervisor) set(p *os.Process) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.process = p
}

// listen gives what a run is to write its standard error to, and what waits for
// the end of it and tells it. Nobody listening gives this process's own.
func (h *heard) listen() (stderr *os.File, drained func(), err error) {
	if h == nil {
		return os.Stderr, nil, nil
	}
	from, to, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(h, from)
		close(done)
	}()
	return to, func() {
		select {
		case <-done:
		case <-time.After(grace):
		}
		_ = from.Close()
		<-done
		h.tell()
	}, nil
}
