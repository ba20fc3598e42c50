package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lookPath finds an executable by the PATH in env, not by that of this process:
// what a command can reach follows from what it was given. A name with a slash
// is left alone; the kernel reads a relative one from the working directory.
// Empty and relative entries of PATH are passed over, since the tree that a
// command runs in could answer for them.
func lookPath(name string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	for _, d := range filepath.SplitList(lookup(env, "PATH")) {
		if p := filepath.Join(d, name); filepath.IsAbs(d) && executable(p) {
			return p, nil
		}
	}
	return "", fmt.Errorf("%w: %q is in none of the directories of PATH", exec.ErrNotFound, name)
}

// lookup gives the value of name in env; the last one wins, as in os/exec.
func lookup(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
