package action

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

// pluginMemory bounds each process of a plugin, in bytes.
const pluginMemory = 4 << 30

// How plugins are confined, as the input plugin-sandbox says it.
const (
	sandboxAuto       = "auto"
	sandboxRequired   = "required"
	sandboxBestEffort = "best-effort"
	sandboxOff        = "off"
)

// sandbox confines plugins, which run below scratch. The error refuses to run
// any: something can't be enforced here that this run must not go without.
func (d *comparison) sandbox(scratch string) (s *process.Sandbox, refuse, err error) {
	if d.in.pluginSandbox == sandboxOff {
		if len(d.plugins) > 0 {
			d.log.warn("", 0, "plugins are not confined, as plugin-sandbox says: they can do what this process can")
		}
		return nil, nil, nil
	}
	if err := d.letPass(scratch); err != nil {
		return nil, nil, err
	}
	s = process.NewSandbox(d.sandboxOptions(scratch))
	weak := strings.Join(s.Weaknesses(), "; ")
	if weak == "" || len(d.plugins) == 0 {
		return s, nil, nil
	}
	if d.in.pluginSandbox == sandboxRequired || d.in.pluginSandbox == sandboxAuto && untrusted(d.env, d.event) {
		refuse = fault.WithHint(errors.New("plugins can't be confined enough here: "+weak),
			"Run in the action's image on a Linux that has Landlock. Set plugin-sandbox to best-effort if a pull request may do here what this process can.")
		return s, refuse, nil
	}
	d.log.warn("", 0, "plugins are not fully confined: "+weak)
	return s, nil, nil
}

func (d *comparison) sandboxOptions(scratch string) process.SandboxOptions {
	o := process.SandboxOptions{
		Path: d.env.path, Scratch: scratch, Timeout: d.in.pluginTimeout, Memory: pluginMemory,
		Read: slices.Concat(d.in.pluginRead, d.env.certificates), Write: d.in.pluginWrite,
		Hidden: []string{d.in.repo, d.scratch, d.env.workspace, d.env.tempDir, d.env.home},
	}
	if dir, err := filepath.Abs(d.in.cacheDir); err == nil && d.in.cacheDir != "" {
		o.Hidden = append(o.Hidden, dir)
	}
	for _, file := range []string{d.env.eventPath, d.env.output, d.env.summary} {
		if file != "" {
			o.Hidden = append(o.Hidden, filepath.Dir(file))
		}
	}
	for _, e := range d.in.pluginEnv {
		name, value, _ := strings.Cut(e, "=")
		if name == "PATH" {
			o.Path = value
		}
		// A key's file is named so that a plugin can read it.
		if info, err := os.Stat(value); filepath.IsAbs(value) && err == nil && info.Mode().IsRegular() {
			o.Read = append(o.Read, value)
		}
	}
	return o
}

// letPass opens the way to scratch for the users that plugins run as, and closes
// all else on it.
func (d *comparison) letPass(scratch string) error {
	entries, err := os.ReadDir(d.scratch)
	if err != nil {
		return fmt.Errorf("preparing for plugins: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() {
			err = errors.Join(err, os.Chmod(filepath.Join(d.scratch, e.Name()), 0o700))
		}
	}
	if err := errors.Join(err, os.Chmod(d.scratch, 0o711), os.Chmod(scratch, 0o711)); err != nil {
		return fmt.Errorf("preparing for plugins: %w", err)
	}
	return nil
}

// forPlugins leaves out what a plugin could sign with.
func forPlugins(forwarded []string) []string {
	return slices.DeleteFunc(slices.Clone(forwarded), func(e string) bool { return strings.HasPrefix(e, "SSH_AUTH_SOCK=") })
}
