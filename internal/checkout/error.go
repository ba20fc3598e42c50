package checkout

import (
	"errors"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/process"
)

// ErrNotFound is in the chain of an error about a revision that the repository
// does not have.
var ErrNotFound = errors.New("not found in the repository")

// commandError adds git's own words to a failed command.
type commandError struct {
	subcommand string
	err        *process.Error
}

// Error gives the end of standard error, where git says why. A URL's
// credentials are cut out.
func (e *commandError) Error() string {
	text := "git " + e.subcommand + ": " + e.err.Err.Error()
	lines := strings.FieldsFunc(e.err.Stderr, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return text
	}
	return text + ": " + userinfo.ReplaceAllString(strings.Join(lines[max(0, len(lines)-5):], "; "), "://")
}

// Unwrap gives the failed process.
func (e *commandError) Unwrap() error { return e.err }

var userinfo = regexp.MustCompile(`://[^/@\s]+@`)

func explain(subcommand string, err error) error {
	var failed *process.Error
	if !errors.As(err, &failed) {
		return err
	}
	return &commandError{subcommand: subcommand, err: failed}
}

// exited says whether err is a command that ended with this exit status.
func exited(err error, status int) bool {
	var failed *process.Error
	return errors.As(err, &failed) && failed.Status == status
}
