package process

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// patience bounds the wait for killed processes to disappear.
const patience = 2 * time.Second

// Shield keeps other processes of this user from reading this one's memory and
// environment, and makes it the parent of every process that loses its own, so
// that none escapes being ended. Call it once, at the start.
func Shield() {
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// killLeftovers ends what left the process group of its command. It says whether
// that is certain.
func (c *Cell) killLeftovers() bool {
	if c.user == 0 {
		c.killAdopted()
		return false
	}
	// One signal to all of a user, which no fork escapes.
	_ = onThread(func() error {
		if err := changeUser(c.user); err != nil {
			return err
		}
		return unix.Kill(-1, unix.SIGKILL)
	})
	return until(patience, func() bool {
		if nobody(c.user) {
			return true
		}
		for _, p := range processes() {
			if p.uid == c.user {
				_, _ = unix.Wait4(p.pid, nil, unix.WNOHANG, nil)
			}
		}
		return nobody(c.user)
	})
}

// nobody says whether no process of a user is left, also none that has ended and
// is still listed.
func nobody(user int) bool {
	_, err := unix.Getpriority(unix.PRIO_USER, user)
	return errors.Is(err, unix.ESRCH)
}

// killAdopted ends processes of this user that this process became the parent
// of and that carry the cell's directory in their environment. One that has
// cleared its environment is not found: that takes a user of its own.
func (c *Cell) killAdopted() {
	killed := map[int]bool{}
	until(patience, func() bool {
		found := false
		for _, p := range processes() {
			if p.parent == os.Getpid() && p.confined && p.carries(c.dir) {
				found, killed[p.pid] = true, true
				_ = unix.Kill(p.pid, unix.SIGKILL)
			}
		}
		for pid := range killed {
			if got, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); got == pid || errors.Is(err, unix.ECHILD) {
				delete(killed, pid)
			}
		}
		return !found && len(killed) == 0 // its children come to this process only now
	})
}

// until asks again and again, and gives up after d. It gives the last answer.
func until(d time.Duration, done func() bool) bool {
	for start := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(start) >= d {
			return false
		}
	}
	return true
}

// running is a process of this machine, as far as /proc shows it.
type running struct {
	pid, parent, uid int
	confined         bool // it may get no new privileges
}

// carries says whether dir is in the environment that the process began with.
func (p running) carries(dir string) bool {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.pid), "environ"))
	return err == nil && bytes.Contains(text, []byte("="+dir+"/"))
}

// processes reads /proc; none where it isn't mounted.
func processes() []running {
	files, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		return nil
	}
	var list []running
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var p running
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
			value, _, _ = strings.Cut(value, "\t")
			number, _ := strconv.Atoi(value)
			switch name {
			case "Pid":
				p.pid = number
			case "PPid":
				p.parent = number
			case "Uid":
				p.uid = number
			case "NoNewPrivs":
				p.confined = number == 1
			}
		}
		list = append(list, p)
	}
	return list
}
