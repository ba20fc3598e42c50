package action

import (
	"context"
	"io"

	"github.com/argoplan/argoplan/internal/standin"
)

// StandIn is what the program does where a plugin starts it in the place of a
// command that decrypts, such as sops: args begins with that command's name, env
// is the whole environment. ok is false for any other name, and then nothing
// was done.
func StandIn(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) (status int, ok bool) {
	return standin.Run(ctx, standin.Call{Argv: args, Env: env, Stdin: stdin, Stdout: stdout, Stderr: stderr})
}
