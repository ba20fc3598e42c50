package render

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

func TestPluginFails(t *testing.T) {
	t.Parallel()
	with := func(def argocd.PluginDefinition, edit func(*argocd.PluginDefinition)) argocd.PluginDefinition {
		edit(&def)
		return def
	}
	run := func(argv ...string) argocd.PluginDefinition {
		return argocd.PluginDefinition{Name: "p", Generate: command(argv...)}
	}
	const secret = "workflow-secret"
	for _, tt := range []struct {
		name, err, not, hint string
		def                  argocd.PluginDefinition
	}{
		{name: "exit status", err: "generate of plugin p (sh -c echo out; echo why >&2; exit 3): running sh: exit status 3, standard error:\nwhy",
			def: script("sh", "echo out;\necho why  >&2; exit 3")},
		{name: "silent", err: "running sh: exit status 1", not: "standard error", def: script("sh", "exit 1")},
		{name: "init", err: "init of plugin p (false): running false: exit status 1",
			def: with(script("sh", "ls"), func(d *argocd.PluginDefinition) { c := command("false"); d.Init = &c })},
		{name: "long command", err: "(sh -c : " + strings.Repeat("x", 52) + "…): ", def: script("sh", ": "+strings.Repeat("x", 100)+"; exit 1")},
		{name: "many lines", err: "standard error:\nline 61\n", not: "line 60\n", def: script("sh", "for i in $(seq 100); do echo line $i >&2; done; exit 1")},
		{name: "control characters", err: "standard error:\nred\nover\uFFFD.", not: "\x1b",
			def: script("sh", `printf '\033[31mred\033[0m\rover\377\007.\n' >&2; exit 1`)},
		{name: "names of directories", err: "standard error:\n. x.yaml . root $HOME $TMPDIR/t", not: "plugin-",
			def: script("sh", `echo "$PWD $PWD/x.yaml ${PWD%/app} ${PWD%app}root $HOME $TMPDIR/t" >&2; exit 1`)},
		{name: "variables of the workflow", err: "standard error:\ntoken ***", not: secret, def: script("sh", "echo token $TOKEN >&2; exit 1")},
		{name: "no such command", err: "running no-such-command", hint: "Install the command", def: run("no-such-command")},
		{name: "no such file", err: "running /no/such/command", hint: "docs/plugins.md", def: run("/no/such/command")},
		{name: "no such command in a shell", err: "exit status 127", hint: "are not here (image:1)",
			def: with(script("sh", "no-such-command"), func(d *argocd.PluginDefinition) { d.Image = "image:1" })},
		{name: "script that is not executable", err: "permission denied", hint: "preserveFileMode", def: run("./run.sh")},
		{name: "script that is not executable, in a shell", err: "exit status 126", hint: "preserveFileMode", def: script("sh", "./run.sh")},
		{name: "too much output", err: "printed more than 64 MiB", hint: "nothing else on standard output", def: run("yes")},
		{name: "too long an argument", err: "argument list too long", hint: "in a file", def: script("sh", ": "+strings.Repeat("x", 200_000))},
		{name: "variables of the sidecar", err: "exit status 1", hint: "sets A, all of Secret s, whose", def: with(script("sh", "exit 1"), func(d *argocd.PluginDefinition) {
			d.EnvUnknown, d.Image = []string{"A", "all of Secret s"}, "image:1"
		})},
		{name: "Git credentials", err: "exit status 1", hint: "provideGitCreds", def: with(script("sh", "exit 1"), func(d *argocd.PluginDefinition) { d.ProvideGitCreds = true })},
		{name: "image", err: "exit status 1", hint: "runs image:1", def: with(script("sh", "exit 1"), func(d *argocd.PluginDefinition) { d.Image = "image:1" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := pluginOptions(t, tt.def)
			o.PluginEnv = []string{"TOKEN=" + secret, "SHORT=token"}
			out, tool, err := newPluginRunner(o).render(t.Context(), named(pluginInput(t, map[string]string{"app/run.sh": "#!/bin/sh\n"})))
			var failed *process.Error
			if !errors.As(err, &failed) || len(out) > 0 || tool != "plugin p" {
				t.Fatalf("render: %d bytes, tool %q, %v; want a failed command", len(out), tool, err)
			}
			if text := err.Error(); !strings.Contains(text, tt.err) || tt.not != "" && strings.Contains(text, tt.not) {
				t.Errorf("error:\n%q\nwant %q and not %q", text, tt.err, tt.not)
			}
			if hint := fault.HintOf(err); !strings.Contains(hint, tt.hint) || tt.hint == "" && hint != "" {
				t.Errorf("hint %q; want %q", hint, tt.hint)
			}
			wantEmpty(t, o.Scratch)
		})
	}
}

func TestPluginHintOutputHeld(t *testing.T) {
	t.Parallel()
	got := pluginHint(argocd.PluginDefinition{Image: "image:1"}, &process.Error{Argv: []string{"sh"}, Err: process.ErrOutputHeld})
	if !strings.Contains(got, "wait for what it starts") {
		t.Errorf("pluginHint: %q; want one about the child", got)
	}
}

// TestPluginHangs has init use up half the time of generate: one bound for both.
// A busy machine needs a longer one to show that.
func TestPluginHangs(t *testing.T) {
	t.Parallel()
	for timeout := time.Second; !hangs(t, timeout); timeout *= 2 {
		if timeout > time.Minute {
			t.Fatalf("generate did not begin, or did not end, within the %s for init and generate", timeout)
		}
	}
}

// hangs says whether generate has begun, and init and generate took no longer than
// one timeout. The shell waits for a child, so the whole group has to end.
func hangs(t *testing.T, timeout time.Duration) bool {
	t.Helper()
	pids := filepath.Join(t.TempDir(), "pids")
	def := script("sh", "sleep 999 & echo $! >>"+pids+"; sleep 999 & echo $! >>"+pids+"; wait")
	c := command("sleep", fmt.Sprint((timeout / 2).Seconds()))
	def.Init = &c
	o := pluginOptions(t, def)
	o.PluginTimeout = timeout
	start := time.Now()
	_, _, err := newPluginRunner(o).render(t.Context(), named(pluginInput(t, nil)))
	took := time.Since(start)
	if err == nil || !strings.Contains(err.Error(), "stopped after "+timeout.String()) || !strings.Contains(fault.HintOf(err), "plugin-timeout") {
		t.Fatalf("render: %v (hint %q); want the timeout", err, fault.HintOf(err))
	}
	wantEmpty(t, o.Scratch)
	if list, _ := os.ReadFile(pids); len(strings.Fields(string(list))) < 2 || took >= timeout/2*3 {
		return false
	}
	wantGone(t, pids, 2)
	return true
}

func TestPluginLeavesChild(t *testing.T) {
	t.Parallel()
	pids := filepath.Join(t.TempDir(), "pids")
	o := pluginOptions(t, script("bash", "(: >"+pids+".up; exec sleep 999) >/dev/null 2>&1 & echo $! >>"+pids+"\n"+
		"until test -e "+pids+".up; do sleep 0.01; done; echo a: b"))
	out, _, err := newPluginRunner(o).render(t.Context(), named(pluginInput(t, nil)))
	if string(out) != "a: b\n" || err != nil {
		t.Errorf("render: %q, %v; want the output", out, err)
	}
	wantGone(t, pids, 1)
	wantEmpty(t, o.Scratch)
}

// wantGone fails if one of the n processes whose numbers file holds is alive.
func wantGone(t *testing.T, file string, n int) {
	t.Helper()
	data, err := os.ReadFile(file)
	list := strings.Fields(string(data))
	if err != nil || len(list) != n {
		t.Fatalf("process numbers %q, %v; want %d", list, err, n)
	}
	for _, s := range list {
		pid, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(time.Minute); alive(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d is alive", pid)
			}
		}
	}
}

// alive is false for a process that has ended and that nobody has waited for.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
