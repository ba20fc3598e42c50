// Package git runs the git command with one fixed, hardened environment, for
// the repository of the run and for those that sources name.
package git

import (
	"bytes"
	"context"
	"time"

	"github.com/argoplan/argoplan/internal/process"
)

// Options says what git may use besides a repository.
type Options struct {
	// Env holds PATH, and what the network needs: proxy and SSL variables,
	// SSH_AUTH_SOCK. Variables that start with GIT_ are dropped, but GIT_SSL_*.
	Env []string
	// Protocols are those that git may speak; nil is https and ssh.
	Protocols []string
	// Timeout bounds each git command; 0 leaves that to the context.
	Timeout time.Duration
}

// Setting is one git configuration variable.
type Setting struct{ Key, Value string }

// Call is one git command.
type Call struct {
	// Args are the subcommand and its arguments. Other users of the machine
	// can see them: they hold no secret.
	Args  []string
	Dir   string
	Stdin []byte
	Env   []string // besides the fixed environment, and stronger
	// Config goes before that of any file, and after the fixed one. It is
	// passed in the environment, so it may hold a secret.
	Config []Setting
}

// Run runs a git command and gives its standard output. An error holds the end
// of what git said, without credentials of URLs.
func Run(ctx context.Context, o Options, c Call) ([]byte, error) {
	command := c.command(o)
	command.Stdin, command.Timeout = bytes.NewReader(c.Stdin), o.Timeout
	result, err := process.Run(ctx, command)
	if err != nil {
		return nil, explain(c.Args[0], err)
	}
	return result.Stdout, nil
}

func (c Call) command(o Options) process.Command {
	env := append(environment(o), c.Env...)
	return process.Command{
		Argv: append([]string{"git"}, c.Args...),
		Dir:  c.Dir,
		Env:  append(env, configEnv(append(config(), c.Config...))...),
	}
}
