//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// root is the top of this repository.
const root = "../.."

// image and slim are what make image built; test/e2e/run.sh names them.
func image(t *testing.T) string { return required(t, "ARGOPLAN_IMAGE") }
func slim(t *testing.T) string  { return required(t, "ARGOPLAN_SLIM_IMAGE") }

func required(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run make e2e", name)
	}
	return value
}

// result is what a command that ended has left.
type result struct {
	status int
	log    string // both outputs
	stdout string
}

// command runs to its end, however it ends.
func command(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var all locked
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&all, &out), &all
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running %s: %v", cmd.Args[0], err)
	}
	return result{status: cmd.ProcessState.ExitCode(), log: all.text.String(), stdout: out.String()}
}

// locked takes what two outputs write.
type locked struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// docker runs the docker command.
func docker(t *testing.T, args ...string) result {
	t.Helper()
	// Also for cleaning up, when the test's own context is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Minute)
	defer cancel()
	return command(t, exec.CommandContext(ctx, dockerCommand(), args...))
}

// mustDocker is docker for what can't go wrong; it gives standard output.
func mustDocker(t *testing.T, args ...string) string {
	t.Helper()
	r := docker(t, args...)
	if r.status != 0 {
		t.Fatalf("docker %s: exit status %d\n%s", strings.Join(args, " "), r.status, r.log)
	}
	return strings.TrimSpace(r.stdout)
}

func dockerCommand() string {
	if name := os.Getenv("DOCKER"); name != "" {
		return name
	}
	return "docker"
}

// shared makes a directory that containers mount. What they leave there may
// belong to any user; a container gives it back, so that the test can remove it.
func shared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		t.Cleanup(func() { chown(t, dir, os.Getuid()) })
	}
	return dir
}

// chown makes a tree a user's.
func chown(t *testing.T, dir string, uid int) {
	t.Helper()
	if os.Getuid() != 0 {
		cmd := exec.Command(dockerCommand(), "run", "--rm", "--network", "none", "-v", dir+":/tree",
			"--entrypoint", "chown", image(t), "-R", owner(uid), "/tree")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
		return
	}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
	if err != nil {
		t.Fatal(err)
	}
}
