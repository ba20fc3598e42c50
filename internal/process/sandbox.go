package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// The users that confined commands run as, one for each command at a time, if
// this process may change users: firstUser and the following ones, each with
// the group of the same number. Debian's policy reserves that range, so no
// package or administrator gives it to anybody.
const (
	firstUser = 65100
	users     = 64
)

// maxProcesses bounds the processes of one command: by the kernel, with their
// threads, if they have a user of their own, and else by counting.
const maxProcesses = 1024

// SandboxOptions says what confined commands may reach besides the directories
// of the system and their own.
type SandboxOptions struct {
	// Path is the PATH of the commands: its directories may be read.
	Path string
	// Scratch holds the commands' private directories.
	Scratch string
	// Hidden are directories and files that may not be read, even where they
	// lie below one that may: the workspace, the runner's directories.
	Hidden []string
	// Read are further directories and files that may be read, Write those
	// that may be written to as well.
	Read, Write []string
	// Timeout is how long a command may take; it bounds the processor time of
	// each of its processes. 0 is no bound.
	Timeout time.Duration
	// Memory bounds the memory of each process, in bytes; 0 is no bound.
	Memory int64
}

// Sandbox confines commands as far as the kernel and this process's rights
// allow. A nil Sandbox confines nothing.
type Sandbox struct {
	options SandboxOptions
	rules   rules
	// landlock is the version of the kernel's interface; 0 is none.
	landlock int
	// changes is true if commands run as users of their own.
	changes bool
	weak    []string
	// cells counts those that have asked for any user.
	cells atomic.Int64
}

// NewSandbox finds out what can be enforced here. It changes nothing.
func NewSandbox(o SandboxOptions) *Sandbox {
	s := &Sandbox{options: o, rules: readable(o), landlock: landlockVersion()}
	if s.landlock == 0 {
		s.weak = append(s.weak, "the kernel has no Landlock, so they can read and write what their user may")
	}
	if why := s.sameUser(); why != "" {
		s.weak = append(s.weak, why)
		return s
	}
	s.changes = os.Geteuid() == 0
	return s
}

// Weaknesses says, one sentence each, what is not enforced here. None means
// that a command reaches no credential of this process or its machine.
func (s *Sandbox) Weaknesses() []string {
	if s == nil {
		return nil
	}
	return s.weak
}

// Cell is the confinement of the commands of one request. They share a private
// directory, and a user if users can be changed.
type Cell struct {
	sandbox *Sandbox
	dir     string
	user    int    // 0 keeps the user
	release func() // frees the user
	closed  sync.Once
	gone    bool // nothing is left, for certain
}

// Cell takes dir, a private directory below Scratch, for the commands of one
// request. It waits until a user is free, and takes the given one if that is; 0
// is none. Close gives it back.
func (s *Sandbox) Cell(ctx context.Context, dir string, user int) (*Cell, error) {
	if s == nil {
		return nil, nil
	}
	c := &Cell{sandbox: s, dir: dir, release: func() {}}
	if !s.changes {
		return c, nil
	}
	for {
		if c.takeUser(user) {
			return c, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for a user that no command runs as: %w", context.Cause(ctx))
		}
	}
}

// takeUser reserves a user, rather the given one than another, and rather one
// that no cell had: what it owned may still be in use.
func (c *Cell) takeUser(first int) bool {
	try := func(id int) bool {
		release, ok := reserve(id)
		if ok {
			c.user, c.release = id, release
		}
		return ok
	}
	if first < firstUser || first >= firstUser+users {
		first = firstUser + int(c.sandbox.cells.Add(1)-1)%users
	}
	for i := range users {
		if try(firstUser + (first-firstUser+i)%users) {
			return true
		}
	}
	return false
}

// User is the number of the user that the cell's commands run as, and nobody
// else; 0 if they run as that of this process.
func (c *Cell) User() int {
	if c == nil {
		return 0
	}
	return c.user
}

// Own gives the directory, with all that is in it, to the cell's user. A file
// that has names elsewhere, too, is nobody's own. What is at the path owned is
// the user's already; "" is nothing.
func (c *Cell) Own(owned string) error {
	if c.User() == 0 {
		return nil
	}
	if err := give(c.dir, owned, c.user); err != nil {
		return fmt.Errorf("giving a directory to user %d: %w", c.user, err)
	}
	return nil
}

// Close kills what the cell's commands left behind, also what moved to a
// session of its own, and frees the cell's user. It says whether nothing is left
// for certain; that takes a user of its own.
func (c *Cell) Close() bool {
	if c == nil {
		return false
	}
	c.closed.Do(func() {
		c.gone = c.killLeftovers()
		c.release()
	})
	return c.gone
}

// enter starts a command that the calling thread confines.
func (c *Cell) enter(cmd *exec.Cmd) error {
	err := cmd.Start()
	if err != nil || c == nil {
		return err
	}
	return c.bound(cmd)
}
