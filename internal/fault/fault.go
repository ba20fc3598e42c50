// Package fault holds the two kinds of outcome that are not a result: an
// error that a person can act on, and "skipped, because".
package fault

import (
	"errors"
	"fmt"
)

// Error is a failure with the place it happened and one hint for the reader.
// The Application and the source are added by whoever knows them (see
// report.Failure); a package deep in the flow knows only the file.
type Error struct {
	// File is relative to the tree or the chart it lies in; empty if no one
	// file is at fault.
	File string
	// Hint is one sentence that says what to do; it never repeats Err.
	Hint string
	// Err says what was expected and what was found.
	Err error
}

// Error formats the file and the cause. The hint is left out, so that a
// printer can set it apart.
func (e *Error) Error() string {
	if e.File == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%s: %v", e.File, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// WithHint attaches a hint to err. It gives nil for nil.
func WithHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Err: err, Hint: fmt.Sprintf(format, args...)}
}

// InFile names the file that err is about. It gives nil for nil, and keeps the
// hint that err carries.
func InFile(err error, file string) error {
	if err == nil {
		return nil
	}
	return &Error{File: file, Err: err, Hint: HintOf(err)}
}

// HintOf gives the outermost hint in err's chain, or "".
func HintOf(err error) string {
	for err != nil {
		var e *Error
		if !errors.As(err, &e) {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}

// FileOf gives the innermost file in err's chain, or "".
func FileOf(err error) (file string) {
	for e := (*Error)(nil); errors.As(err, &e); err = e.Err {
		if e.File != "" {
			file = e.File
		}
	}
	return file
}

// Unsupported says that argoplan knows what was asked for and does not do it.
// It makes an Application "skipped", never "unchanged" and never "failed".
type Unsupported struct {
	// Reason completes the sentence "skipped: …".
	Reason string
}

// Error gives the reason.
func (u *Unsupported) Error() string { return u.Reason }

// Skip makes an Unsupported from a format.
func Skip(format string, args ...any) error {
	return &Unsupported{Reason: fmt.Sprintf(format, args...)}
}
