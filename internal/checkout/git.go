// Package checkout turns a repository and two revisions into two trees outside
// the workspace and the list of paths in which they differ. The user's working
// tree, index and refs stay as they are. A tree belongs to its readers: nothing
// here writes to it again, and nobody else should.
package checkout

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// Options says what git may use besides the repository.
type Options struct {
	// Env holds PATH, and what the network needs: proxy and SSL variables,
	// SSH_AUTH_SOCK. Variables that start with GIT_ are dropped, but GIT_SSL_*.
	Env []string
	// Protocols are those that git may speak; nil is https and ssh.
	Protocols []string
	// Server is the URL that Token is for, "https://github.com". No other
	// server is sent the token.
	Server string
	Token  string
	// Timeout bounds each git command; 0 leaves that to the context.
	Timeout time.Duration
}

// Git runs the git command in one repository, with a fixed environment. Its
// methods may be called concurrently, except Ensure.
type Git struct {
	root    string // of the working tree, absolute, without symbolic links
	objects string // the object directory, absolute
	options Options
	// fetching is held while CheckOut fetches.
	fetching sync.Mutex
}

// Open finds the working tree that dir lies in. The tree may belong to another
// user, as a workspace in a container does, if dir is its root.
func Open(ctx context.Context, dir string, o Options) (*Git, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the repository: %w", err)
	}
	g := &Git{root: abs, options: o}
	out, err := g.git(ctx, "rev-parse", "--path-format=absolute", "--show-toplevel", "--git-path", "objects")
	if err != nil {
		return nil, fault.WithHint(fmt.Errorf("opening the repository in %s: %w", dir, err),
			"run actions/checkout first, or name a clone's directory as the repository")
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != 2 {
		return nil, fmt.Errorf("opening the repository in %s: expected two paths, found %q", dir, lines)
	}
	g.root, g.objects = lines[0], lines[1]
	return g, nil
}

// Root is the absolute path of the working tree's top directory.
func (g *Git) Root() string { return g.root }

// Modules is the absolute path of the directory in which git keeps the
// submodules that are checked out; it need not be there.
func (g *Git) Modules() string { return filepath.Join(filepath.Dir(g.objects), "modules") }

// command is what every command of this repository uses.
func (g *Git) command() git.Options {
	return git.Options{Env: g.options.Env, Protocols: g.options.Protocols, Timeout: g.options.Timeout}
}

// git runs a git command in the working tree and gives its standard output.
func (g *Git) git(ctx context.Context, args ...string) ([]byte, error) {
	return g.run(ctx, git.Call{Args: args})
}

func (g *Git) run(ctx context.Context, c git.Call) ([]byte, error) {
	c.Dir = g.root
	c.Config = append([]git.Setting{{Key: "safe.directory", Value: g.root}}, c.Config...)
	return git.Run(ctx, g.command(), c)
}
