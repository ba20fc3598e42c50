package git

import (
	"errors"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/process"
)

// CommandError adds git's own words to a failed command.
type CommandError struct {
	Subcommand string
	Err        *process.Error
}

// Error gives the end of standard error, where git says why. A URL's
// credentials are cut out.
func (e *CommandError) Error() string {
	text := "git " + e.Subcommand + ": " + e.Err.Err.Error()
	lines := strings.FieldsFunc(e.Err.Stderr, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) == 0 {
		return text
	}
	return text + ": " + WithoutUser(strings.Join(lines[max(0, len(lines)-5):], "; "))
}

// Unwrap gives the failed process.
func (e *CommandError) Unwrap() error { return e.Err }

var userinfo = regexp.MustCompile(`://[^/@\s]+@`)

// WithoutUser cuts the user and the password out of every URL in text.
func WithoutUser(text string) string { return userinfo.ReplaceAllString(text, "://") }

func explain(subcommand string, err error) error {
	var failed *process.Error
	if !errors.As(err, &failed) {
		return err
	}
	return &CommandError{Subcommand: subcommand, Err: failed}
}

// Exited says whether err is a command that ended with this exit status.
func Exited(err error, status int) bool {
	var failed *process.Error
	return errors.As(err, &failed) && failed.Status == status
}
