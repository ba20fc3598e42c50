package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// reapOrphans ends the zombies that this process has inherited: those that
// commands left behind, if this process is the init of a container. What it
// started itself is left to who waits for it. It gives their number.
func reapOrphans() (n int) {
	for _, pid := range children() {
		if s, ok := statOf(pid); ok && s.zombie && s.inherited(os.Getpid()) {
			if got, _ := syscall.Wait4(pid, nil, syscall.WNOHANG, nil); got == pid {
				n++
			}
		}
	}
	return n
}

// children lists the children of all threads.
func children() (pids []int) {
	files, _ := filepath.Glob("/proc/self/task/*/children")
	for _, name := range files {
		list, _ := os.ReadFile(name)
		for field := range strings.FieldsSeq(string(list)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// stat is what /proc/PID/stat says, see proc(5).
type stat struct {
	pid, group, session int
	zombie              bool
}

func statOf(pid int) (stat, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	end := strings.LastIndexByte(string(data), ')') // the name before it may hold anything
	if err != nil || end < 0 {
		return stat{}, false
	}
	f := strings.Fields(string(data)[end+1:])
	if len(f) < 4 {
		return stat{}, false
	}
	group, _ := strconv.Atoi(f[2])
	session, _ := strconv.Atoi(f[3])
	return stat{pid: pid, group: group, session: session, zombie: f[0] == "Z"}, true
}

// inherited is true for a child that self can't have started: Run starts leaders
// of groups in self's session, and libraries start members of self's group.
func (s stat) inherited(self int) bool {
	mine, ok := statOf(self)
	if !ok || s.session != mine.session {
		return ok
	}
	return s.group != s.pid && s.group != mine.group
}
