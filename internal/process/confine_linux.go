package process

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// needed are the capabilities that it takes to run commands as another user, to
// hand files over to it, and to end and to clean up after it.
var needed = []uint{unix.CAP_CHOWN, unix.CAP_DAC_OVERRIDE, unix.CAP_FOWNER, unix.CAP_KILL, unix.CAP_SETGID, unix.CAP_SETUID}

// dockerSockets give whoever may write to them the machine.
var dockerSockets = []string{"/var/run/docker.sock", "/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock"}

// sameUser says why commands run as the user of this process although that
// weakens the confinement; "" if they don't, or if it doesn't.
func (s *Sandbox) sameUser() string {
	if os.Geteuid() != 0 {
		for _, socket := range dockerSockets {
			if unix.Access(socket, unix.W_OK) == nil {
				return "they run as this user, who may use " + socket
			}
		}
		return ""
	}
	effective := capabilities()
	for _, c := range needed {
		if effective&(1<<c) == 0 {
			return "they run as root, since this process may not change users (it needs CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID and SETUID)"
		}
	}
	for _, path := range append(append(searchPath(s.options.Path), s.options.Scratch), s.options.Read...) {
		if at := unreachable(path); at != "" {
			return fmt.Sprintf("they run as root, without its capabilities, since other users can't reach %s: %s is closed to them", path, at)
		}
	}
	if err := onThread(func() error { return changeUser(firstUser) }); err != nil {
		return fmt.Sprintf("they run as root, since user %d does not exist in this container: %v", firstUser, err)
	}
	return ""
}

// unreachable gives the first directory on the way to path that other users
// can't pass; "" if there is none.
func unreachable(path string) string {
	at := ""
	for _, name := range strings.Split(filepath.Clean(resolved(path)), "/") {
		at += "/" + name
		if info, err := os.Stat(at); err == nil && info.IsDir() && info.Mode()&0o001 == 0 {
			return filepath.Clean(at)
		}
	}
	return ""
}

// onThread calls do on a thread of its own, which ends with it: what do takes
// from the thread is not given back. The process's first thread is spared, as
// its rights are what the kernel shows and checks as those of the process.
func onThread(do func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			done <- onThread(do)
			runtime.UnlockOSThread()
			return
		}
		done <- do()
	}()
	return <-done
}

// confine takes from the calling thread, and so from all that it starts, what
// the cell doesn't grant. The order matters: each step needs rights that a later
// one takes away.
func (c *Cell) confine() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("forbidding new privileges: %w", err)
	}
	if v := c.sandbox.landlock; v > 0 {
		if err := restrictFiles(v, c.sandbox.rules, c.dir); err != nil {
			return err
		}
	}
	dropBounding()
	if c.user != 0 {
		return changeUser(c.user)
	}
	return dropCapabilities()
}

// changeUser changes the calling thread alone; the syscall package would change
// all of them. Root's capabilities go with its number.
func changeUser(id int) error {
	for _, call := range []struct {
		number, a, b, c uintptr
	}{
		{unix.SYS_SETGROUPS, 0, 0, 0},
		{unix.SYS_SETRESGID, uintptr(id), uintptr(id), uintptr(id)},
		{unix.SYS_SETRESUID, uintptr(id), uintptr(id), uintptr(id)},
	} {
		if _, _, errno := unix.RawSyscall(call.number, call.a, call.b, call.c); errno != 0 {
			return fmt.Errorf("changing to user %d: %w", id, errno)
		}
	}
	return nil
}

// reserve takes a user among all processes of the machine, or of the container:
// a name that the kernel holds for as long as its owner lives.
func reserve(id int) (release func(), ok bool) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, false
	}
	if unix.Bind(fd, &unix.SockaddrUnix{Name: fmt.Sprintf("@argoplan-user-%d", id)}) != nil {
		_ = unix.Close(fd)
		return nil, false
	}
	return func() { _ = unix.Close(fd) }, true
}

// dropBounding keeps even root from getting capabilities when it executes. It
// needs one itself; without that there is little to drop.
func dropBounding() {
	for c := range uintptr(unix.CAP_LAST_CAP + 1) {
		_ = unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
}

func dropCapabilities() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if _, _, errno := unix.RawSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none[0])), 0); errno != 0 {
		return fmt.Errorf("dropping capabilities: %w", errno)
	}
	return nil
}

// capabilities gives the effective ones as bits.
func capabilities() uint64 {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return 0
	}
	return uint64(data[1].Effective)<<32 | uint64(data[0].Effective)
}
