package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// places are the directories of one test: what a command owns, and what it may
// neither read nor write.
type places struct{ scratch, own, outside string }

// newPlaces makes directories that other users can reach, or not.
func newPlaces(t *testing.T, reachable bool) places {
	t.Helper()
	root := t.TempDir()
	p := places{filepath.Join(root, "scratch"), filepath.Join(root, "scratch", "plugin-1"), filepath.Join(root, "outside")}
	for _, dir := range []string{p.scratch, p.own, p.outside, filepath.Join(p.own, "tree")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(p.outside, "secret"), []byte("canary\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if reachable {
		for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p
}

// confined gives a sandbox and one of its cells. Without Landlock or on a
// machine where it can't change users, what these enforce can't be tested.
func confined(t *testing.T, p places, o SandboxOptions) (*Sandbox, *Cell) {
	t.Helper()
	if landlockVersion() == 0 {
		t.Skip("the kernel has no Landlock")
	}
	o.Path, o.Scratch = "/usr/bin:/bin", p.scratch
	o.Hidden = append(o.Hidden, p.outside)
	s := NewSandbox(o)
	c, err := s.Cell(t.Context(), p.own, 0)
	if err == nil {
		err = c.Own("")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return s, c
}

// TestConfined has both kinds of confinement: as a user of its own, and as the
// user of this process, which is root's only way where its tools lie in a home.
func TestConfined(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		ok           bool
	}{
		{"writes to its own directory", "echo x > tree/f && mkdir d && mv tree/f d/g && cat d/g && rm -r d", true},
		{"executes what it wrote", "printf '#!/bin/sh\\necho ran\\n' > run && chmod +x run && ./run", true},
		{"finds programs", "ls -l / > /dev/null; sed --version > /dev/null && test -r /etc/passwd", true},
		{"a pipe has a name", "bash -c 'cat <(echo x)'", true},
		{"reads what is outside", "cat OUTSIDE/secret", false},
		{"lists what is outside", "ls OUTSIDE", false},
		{"writes what anybody may write", "echo x > OUTSIDE/secret", false},
		{"makes a file outside", "echo x > OUTSIDE/new", false},
		{"links to what is outside", "ln -s OUTSIDE/secret l && cat l", false},
		{"makes a file in /tmp", "echo x > /tmp/argoplan-test-$$ && rm /tmp/argoplan-test-$$", false},
		{"lists another cell", "mkdir x && ls ../plugin-2", false},
		{"environment of the parent", "cat /proc/$PPID/environ", false},
		{"command line of the parent", "cat /proc/$PPID/cmdline", false},
		{"memory of the parent", "dd if=/proc/$PPID/mem bs=1 count=1", false},
		{"environment of init", "cat /proc/1/environ", false},
		{"descriptors of the parent", "ls /proc/$PPID/fd", false},
		{"processes", "ls /proc", false},
		{"signals the parent", "kill -0 $PPID", false},
		{"shadow", "su -c true nobody", false},
		{"changes its owner", "chown 0 tree", os.Geteuid() == 0},
		{"mounts", "mount -t tmpfs none tree", false},
		{"a new user namespace mounts", "unshare -Urm mount -t tmpfs none tree", false},
	} {
		for _, reachable := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, reachable %t", tt.name, reachable), func(t *testing.T) {
				t.Parallel()
				p := newPlaces(t, reachable)
				s, cell := confined(t, p, SandboxOptions{})
				want := tt.ok
				if tt.name == "changes its owner" {
					want = !s.changes && os.Geteuid() == 0 // it is root's already
				}
				if tt.name == "signals the parent" && !signalsFixed() && !s.changes {
					t.Skip("this kernel can't keep it from that")
				}
				c := shell(strings.ReplaceAll(tt.script, "OUTSIDE", p.outside))
				c.Dir, c.Cell = p.own, cell
				out, err := run(t.Context(), c, long)
				if (err == nil) != want {
					t.Errorf("it succeeds: %t, want %t; %v, %q", err == nil, want, err, out)
				}
				if data, err := os.ReadFile(filepath.Join(p.outside, "secret")); err != nil || string(data) != "canary\n" {
					t.Errorf("the file outside holds %q, %v", data, err)
				}
			})
		}
	}
}

// TestConfinedRights looks at a confined process from outside.
func TestConfinedRights(t *testing.T) {
	t.Parallel()
	for _, reachable := range []bool{true, false} {
		t.Run(fmt.Sprint(reachable), func(t *testing.T) {
			t.Parallel()
			p := newPlaces(t, reachable)
			s, cell := confined(t, p, SandboxOptions{Timeout: time.Minute, Memory: 1 << 30})
			c := shell("echo $$ > pid.new && mv pid.new pid; sleep 999")
			c.Dir, c.Cell = p.own, cell
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); _, _ = Run(ctx, c) }()
			defer func() { cancel(); <-done }()
			pid := await(t, filepath.Join(p.own, "pid"))
			status := fields(t, "/proc/"+pid+"/status")
			limits, _ := os.ReadFile("/proc/" + pid + "/limits")
			want := map[string]string{"NoNewPrivs": "1", "CapEff": zero, "CapPrm": zero, "CapBnd": zero, "CapAmb": zero}
			if s.changes {
				user := fmt.Sprint(cell.user)
				want["Uid"], want["Groups"] = strings.Join([]string{user, user, user, user}, "\t"), ""
			}
			if os.Geteuid() != 0 {
				delete(want, "CapBnd")
			}
			for name, value := range want {
				if status[name] != value {
					t.Errorf("%s is %q, want %q", name, status[name], value)
				}
			}
			for _, l := range []string{"Max cpu time", "Max data size             1073741824", "Max core file size        0 "} {
				if !strings.Contains(string(limits), l) || strings.Contains(string(limits), "Max cpu time              unlimited") {
					t.Errorf("limits lack %q:\n%s", l, limits)
				}
			}
			if (s.changes) != strings.Contains(string(limits), "Max processes             1024") {
				t.Errorf("limits of processes:\n%s", limits)
			}
		})
	}
}

const zero = "0000000000000000"

// TestThreadsKeepTheirRights makes sure that what a confined command's thread
// gives up doesn't reach the others, among them the first.
func TestThreadsKeepTheirRights(t *testing.T) {
	t.Parallel()
	before := fields(t, "/proc/self/status")
	p := newPlaces(t, true)
	_, cell := confined(t, p, SandboxOptions{})
	c := shell("echo x")
	c.Dir, c.Cell = p.own, cell
	for range 20 {
		if _, err := run(t.Context(), c, long); err != nil {
			t.Fatal(err)
		}
	}
	after := fields(t, "/proc/self/status")
	for _, name := range []string{"Uid", "Gid", "Groups", "CapEff", "CapBnd", "NoNewPrivs"} {
		if before[name] != after[name] {
			t.Errorf("%s was %q and is %q", name, before[name], after[name])
		}
	}
	if _, err := os.ReadFile(filepath.Join(p.outside, "secret")); err != nil {
		t.Error(err)
	}
}

// TestCloseKillsLeftovers has processes that left their group and session.
func TestCloseKillsLeftovers(t *testing.T) {
	t.Parallel()
	for _, script := range []string{
		"setsid sh -c 'echo $$ > pid; exec sleep 999' >/dev/null 2>&1 &\n" + "while ! test -s pid; do sleep 0.01; done",
		"(setsid sh -c '(trap \"\" TERM HUP; echo $$ > pid; sleep 999) & wait' >/dev/null 2>&1 &) ; while ! test -s pid; do sleep 0.01; done",
	} {
		for _, reachable := range []bool{true, false} {
			p := newPlaces(t, reachable)
			_, cell := confined(t, p, SandboxOptions{})
			c := shell(script)
			c.Dir, c.Cell = p.own, cell
			c.Env = append(c.Env, "HOME="+p.own+"/home")
			if _, err := run(t.Context(), c, long); err != nil {
				t.Fatal(err)
			}
			if gone := closed(t, cell); gone != (cell.User() != 0) {
				t.Errorf("reachable %t: that nothing is left is certain: %t", reachable, gone)
			}
			if err := os.Rename(filepath.Join(p.own, "pid"), filepath.Join(p.own, "pids")); err != nil {
				t.Fatal(err)
			}
			wantGone(t, p.own, 1)
		}
	}
}

// TestCrowd has a command without a user of its own, for which the kernel has no
// bound: it ends when it has started too many processes.
func TestCrowd(t *testing.T) {
	t.Parallel()
	p := newPlaces(t, false)
	_, cell := confined(t, p, SandboxOptions{})
	c := shell(`echo $$ > pid; i=0; while [ $i -lt 3000 ]; do sleep 999 & i=$((i+1)); done; wait`)
	c.Dir, c.Cell, c.Timeout = p.own, cell, 5*long
	_, err := run(t.Context(), c, short)
	var crowd *CrowdError
	if !errors.As(err, &crowd) {
		t.Errorf("got %v, want too many processes", err)
	}
	pid, _ := strconv.Atoi(await(t, filepath.Join(p.own, "pid")))
	g := &group{cmd: &exec.Cmd{Process: &os.Process{Pid: pid}}}
	// A thousand killed processes take a while to disappear.
	if !eventually(func() bool { reapOrphans(); return g.members() == 0 }) {
		t.Errorf("%d processes are left", g.members())
	}
}

// TestForkBomb ends with its user's processes.
func TestForkBomb(t *testing.T) {
	t.Parallel()
	p := newPlaces(t, true)
	s, cell := confined(t, p, SandboxOptions{})
	if !s.changes {
		t.Skip("TestCrowd has what bounds processes without a user of their own")
	}
	c := shell(`f() { f | f & }; f; while :; do :; done`)
	c.Dir, c.Cell = p.own, cell
	ctx, cancel := context.WithCancelCause(t.Context())
	many := make(chan bool, 1)
	go func() {
		many <- eventually(func() bool { return ctx.Err() != nil || len(processesOf(cell.user)) > 100 })
		cancel(&TimeoutError{})
	}()
	_, err := run(ctx, c, short)
	cancel(nil)
	var timeout *TimeoutError
	if !<-many || !errors.As(err, &timeout) {
		t.Errorf("got %v, want a timeout with many processes", err)
	}
	if !closed(t, cell) {
		t.Error("it is not certain that nothing is left")
	}
	for _, r := range processesOf(cell.user) {
		t.Errorf("process %d of user %d lives", r.pid, r.uid)
	}
}

func processesOf(user int) []running {
	return slices.DeleteFunc(processes(), func(r running) bool { return r.uid != user })
}

// closed closes a cell, but keeps its user from other cells until the test ends,
// and says whether nothing is left. A cell may give up after its patience: killed
// processes take a while to disappear.
func closed(t *testing.T, c *Cell) bool {
	t.Helper()
	release := c.release
	c.release = func() {}
	t.Cleanup(release)
	begin := time.Now()
	if c.Close() {
		return true
	}
	if c.User() == 0 {
		return false
	}
	if took := time.Since(begin); took < patience {
		t.Errorf("the cell gave up after %s", took)
	}
	return eventually(c.killLeftovers)
}

// TestConfinedMemory has a process that takes more than it may: it fails alone.
func TestConfinedMemory(t *testing.T) {
	t.Parallel()
	p := newPlaces(t, true)
	_, cell := confined(t, p, SandboxOptions{Memory: 64 << 20})
	c := shell("x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}")
	c.Dir, c.Cell = p.own, cell
	if out, err := run(t.Context(), c, long); err == nil {
		t.Errorf("got %q, want an error", out.Stdout)
	}
}

// TestUsersAreGivenBack takes all users, waits for one, and doesn't wait for
// ever.
func TestUsersAreGivenBack(t *testing.T) {
	s := &Sandbox{changes: true}
	var all []*Cell
	for range users {
		c, err := s.Cell(t.Context(), t.TempDir(), 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.Cell(ctx, t.TempDir(), 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v while no user is free", err)
	}
	all[7].release()
	all[9].release()
	// The one that is asked for, if it is free, and else another. Tests of other
	// packages may take a free one for a while.
	for _, tt := range []struct{ first, want int }{{all[9].user, all[9].user}, {all[1].user, all[7].user}} {
		var c *Cell
		var err error
		eventually(func() bool {
			if c, err = s.Cell(t.Context(), t.TempDir(), tt.first); err != nil || c.user == tt.want {
				return true
			}
			release, free := reserve(tt.want)
			if free {
				release()
				return true
			}
			c.release()
			return false
		})
		if err != nil || c.user != tt.want {
			t.Errorf("asked for %d, got %v, %v; want %d", tt.first, c, err, tt.want)
		}
		defer c.release()
	}
	for i, c := range all {
		if i != 7 && i != 9 {
			c.release()
		}
	}
}

// TestWeaknesses tells what isn't enforced.
func TestWeaknesses(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root changes users")
	}
	p := newPlaces(t, false)
	s := NewSandbox(SandboxOptions{Path: "/bin", Scratch: p.scratch})
	got := strings.Join(s.Weaknesses(), "; ")
	if !strings.Contains(got, "other users can't reach "+p.scratch) && !strings.Contains(got, "may not change users") || s.changes {
		t.Errorf("weaknesses: %q", got)
	}
	if (*Sandbox)(nil).Weaknesses() != nil {
		t.Error("no sandbox has no weaknesses to tell")
	}
}

// TestShield keeps the environment of this process from its own user.
func TestShield(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]int{"dumpable": unix.PR_GET_DUMPABLE} {
		if got, err := unix.PrctlRetInt(call, 0, 0, 0, 0); err != nil || got == 1 {
			t.Errorf("%s is %d, %v", name, got, err)
		}
	}
}

func fields(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		m[name] = strings.TrimSpace(value)
	}
	return m
}

// await gives what a command writes to a file.
func await(t *testing.T, file string) string {
	t.Helper()
	var data []byte
	if !eventually(func() bool { data, _ = os.ReadFile(file); return len(data) > 0 }) {
		t.Fatalf("%s was not written", file)
	}
	return strings.TrimSpace(string(data))
}
