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
// is relative to dir.
func lookPath(name, dir string, env []string) (string, error) {
	if filepath.IsAbs(name) {
		return name, nil
	}
	if strings.Contains(name, "/") {
		return filepath.Join(dir, name), nil
	}
	for _, d := range filepath.SplitList(lookup(env, "PATH")) {
		if p := filepath.Join(d, name); filepath.IsAbs(p) && executable(p) {
			return p, nil
		}
	}
	return name, fmt.Errorf("%w: %q is in none of the directories of PATH", exec.ErrNotFound, name)
}

// lookup gives the last value of name in env, as execve's callers read it.
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
