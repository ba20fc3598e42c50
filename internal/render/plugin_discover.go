package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/process"
)

// match is what a discover rule says: ok, or why not.
type match struct {
	ok  bool
	why string
}

// match asks one plugin whether it claims the source's directory. Only the
// first configured rule counts (reference: Argo CD's matchRepository).
func (p *pluginRunner) match(ctx context.Context, def argocd.PluginDefinition, in Input, env []string) (match, error) {
	switch d := def.Discover; {
	case d.FileName != "":
		return matchFileName(in, d.FileName), nil
	case d.Find.Glob != "":
		return matchGlob(in, d.Find.Glob), nil
	default:
		return p.matchCommand(ctx, def, in, env)
	}
}

func matchFileName(in Input, pattern string) match {
	found, err := filepath.Glob(filepath.Join(escapeGlob(in.Dir), pattern))
	if err != nil {
		return match{why: fmt.Sprintf("fileName %q is no pattern: %v", pattern, err)}
	}
	for _, path := range found {
		if insideTree(in.Root, path) {
			return match{ok: true}
		}
	}
	return match{why: fmt.Sprintf("no file matches fileName %q", pattern)}
}

// escapeGlob makes a directory's own name match itself alone.
func escapeGlob(dir string) string {
	var b bytes.Buffer
	for _, r := range dir {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func matchGlob(in Input, pattern string) match {
	ok, err := globMatches(in.Root, in.Dir, pattern)
	switch {
	case err != nil:
		return match{why: fmt.Sprintf("find.glob %q: %v", pattern, err)}
	case !ok:
		return match{why: fmt.Sprintf("nothing matches find.glob %q", pattern)}
	}
	return match{ok: true}
}

// matchCommand runs find.command in the source's directory of a copy. It
// matches by printing more than an empty line. A command that fails doesn't
// match, but one that isn't installed is an error: the sidecar has it, and its
// answer is unknown.
func (p *pluginRunner) matchCommand(ctx context.Context, def argocd.PluginDefinition, in Input, env []string) (match, error) {
	w, err := p.workspace(ctx, in, def)
	if err != nil {
		return match{}, err
	}
	defer w.remove()
	out, err := p.step(ctx, def, w, "find.command", def.Discover.Find.PluginCommand, env)
	switch {
	case err != nil && ctx.Err() != nil, notInstalled(err):
		return match{}, err
	case err != nil:
		return match{why: err.Error()}, nil
	case len(bytes.TrimSuffix(out, []byte("\n"))) == 0:
		return match{why: "find.command prints nothing"}, nil
	}
	return match{ok: true}, nil
}

// notInstalled is true for a command that isn't there, run directly or by a
// shell.
func notInstalled(err error) bool {
	var failed *process.Error
	return errors.As(err, &failed) && (failed.Status == 127 || errors.Is(failed, exec.ErrNotFound) || errors.Is(failed, fs.ErrNotExist))
}
