package process

import (
	"os"
	"path/filepath"
	"strings"
)

// systemDirs hold programs, libraries, certificates and the like, on every
// kind of Linux. Homes, /tmp, /var, /run and /proc are not among them.
var systemDirs = []string{
	"/bin", "/sbin", "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/sys",
	"/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew", "/snap",
	"/run/current-system", "/run/wrappers", "/run/systemd/resolve", "/run/resolvconf", "/var/lib/alternatives",
	// Of /proc only what tells about the machine, and nothing of processes.
	"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/version", "/proc/filesystems", "/proc/sys",
}

// devices may be written to as well.
var devices = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"}

// rules are the places that every confined command may use.
type rules struct{ read, write []string }

func readable(o SandboxOptions) rules {
	hidden := make([]string, 0, len(o.Hidden)+1)
	for _, path := range append([]string{o.Scratch}, o.Hidden...) {
		if path != "" {
			hidden = append(hidden, resolved(path))
		}
	}
	r := rules{write: append(append([]string{}, devices...), o.Write...)}
	for _, dir := range systemDirs {
		r.read = append(r.read, without(dir, hidden)...)
	}
	for _, dir := range searchPath(o.Path) {
		if parent := filepath.Dir(dir); holdsTools(dir) {
			r.read = append(r.read, without(parent, hidden)...)
		}
		r.read = append(r.read, dir)
	}
	r.read = append(r.read, o.Read...)
	return r
}

// without gives dir, or else those entries on the ways to the hidden places
// that don't lead to them.
func without(dir string, hidden []string) []string {
	real := resolved(dir)
	crossed := false
	for _, h := range hidden {
		if real == h || strings.HasPrefix(real, h+"/") {
			return nil
		}
		crossed = crossed || strings.HasPrefix(h, strings.TrimSuffix(real, "/")+"/")
	}
	if !crossed {
		return []string{dir}
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		list = append(list, without(filepath.Join(real, e.Name()), hidden)...)
	}
	return list
}

// holdsTools is true for a directory such as ~/.asdf/shims or ~/sdk/bin, whose
// programs need what lies beside it. A home's own bin lies beside the home.
func holdsTools(dir string) bool {
	parent := filepath.Dir(dir)
	switch filepath.Base(dir) {
	case "bin", "sbin", "shims", "libexec":
	default:
		return false
	}
	if filepath.Base(parent) == ".local" || parent == "/root" || filepath.Dir(parent) == "/home" || filepath.Dir(parent) == "/" {
		return false
	}
	_, err := os.Stat(filepath.Join(parent, ".git"))
	return err != nil
}

// searchPath gives the directories of a PATH that are there.
func searchPath(path string) []string {
	var dirs []string
	for _, d := range filepath.SplitList(path) {
		if info, err := os.Stat(d); filepath.IsAbs(d) && err == nil && info.IsDir() {
			dirs = append(dirs, filepath.Clean(d))
		}
	}
	return dirs
}

func resolved(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}
