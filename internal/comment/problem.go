package comment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"github.com/argoplan/argoplan/internal/fault"
)

// Cause sorts the reasons why a comment was not written.
type Cause string

// The causes.
const (
	NoPermission Cause = "no permission"
	BadToken     Cause = "bad token"
	Locked       Cause = "locked" // the conversation, or an archived repository
	Gone         Cause = "gone"   // no such pull request
	GaveUp       Cause = "gave up"
	Refused      Cause = "refused" // anything else
)

// Problem is a comment that was not written. The run goes on.
type Problem struct {
	Cause Cause
	Doing string // "creating the comment"
	Err   error
}

// Error says what was being done, and why it ended.
func (p *Problem) Error() string { return fmt.Sprintf("%s: %s: %v", p.Doing, p.Cause, p.Err) }

// Unwrap gives the API's error.
func (p *Problem) Unwrap() error { return p.Err }

var hints = map[Cause]string{
	NoPermission: "give the job `permissions: pull-requests: write`; runs for forks and for Dependabot have a read-only token",
	BadToken:     "check the input token; an empty or expired one can't write a comment",
	Locked:       "unlock the conversation, or the repository if it is archived",
	Gone:         "check that the pull request exists and that the token can see the repository",
	GaveUp:       "run the job again later, or raise publish-timeout",
}

// problem classifies err and adds a hint.
func problem(doing string, err error) error {
	if err == nil {
		return nil
	}
	p := &Problem{Cause: causeOf(err), Doing: doing, Err: err}
	if hint, ok := hints[p.Cause]; ok {
		return fault.WithHint(p, "%s", hint)
	}
	return p
}

func causeOf(err error) Cause {
	var g *gaveUp
	if errors.As(err, &g) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return GaveUp
	}
	text := strings.ToLower(messageOf(err))
	switch status(err) {
	case http.StatusUnauthorized:
		return BadToken
	case http.StatusNotFound, http.StatusGone:
		return Gone
	case http.StatusLocked:
		return Locked
	case http.StatusForbidden:
		switch {
		case strings.Contains(text, "locked"), strings.Contains(text, "archived"):
			return Locked
		case strings.Contains(text, "commenting is disabled"):
			return Refused // 2,500 comments: no permission helps
		}
		return NoPermission
	}
	return Refused
}

// status gives the HTTP status of an API error, or 0.
func status(err error) int {
	var e *github.ErrorResponse
	if errors.As(err, &e) && e.Response != nil {
		return e.Response.StatusCode
	}
	return 0
}

// messageOf gives what the API said, with its details.
func messageOf(err error) string {
	var e *github.ErrorResponse
	if !errors.As(err, &e) {
		return ""
	}
	text := e.Message
	for _, d := range e.Errors {
		text += " " + d.Field + " " + d.Code + " " + d.Message
	}
	return text
}

// tooLong is true if the body exceeds the server's limit.
func tooLong(err error) bool {
	switch status(err) {
	case http.StatusRequestEntityTooLarge:
		return true
	case http.StatusUnprocessableEntity:
		text := strings.ToLower(messageOf(err))
		return strings.Contains(text, "too long") || strings.Contains(text, "too_long") || strings.Contains(text, "maximum")
	}
	return false
}

// missing is true if what was asked for isn't there, or not any more.
func missing(err error) bool {
	s := status(err)
	return s == http.StatusNotFound || s == http.StatusGone
}

// uncertain is true if a POST may have been stored although it failed: the
// server broke, or the answer was lost.
func uncertain(err error) bool {
	var g *gaveUp
	s := status(err)
	return s >= 500 || (s == 0 && !errors.As(err, &g))
}
