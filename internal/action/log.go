package action

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sethvargo/go-githubactions"

	"github.com/argoplan/argoplan/internal/logtext"
	"github.com/argoplan/argoplan/internal/redact"
)

// annotations bounds the errors, and the warnings, that become annotations: a
// step shows ten of each, and some are left for others.
const annotations = 8

// groupLines bounds what the log says about one Application.
const groupLines = 2000

// logger writes what a person watches: groups in Actions, lines elsewhere, and
// a progress line on a terminal. Everything that comes from a pull request goes
// through clean first.
type logger struct {
	mu       sync.Mutex
	w        io.Writer
	actions  *githubactions.Action // nil outside of Actions
	live     bool                  // w is a terminal
	errors   int
	warnings int
	// secrets hides what is known to be secret, here and in all that is delivered.
	secrets *redact.Redactor
}

func newLogger(env environment, w io.Writer, live bool) *logger {
	l := &logger{w: w, live: live && !env.actions, secrets: redact.New()}
	if env.actions {
		l.actions = githubactions.New(githubactions.WithWriter(w), githubactions.WithGetenv(func(string) string { return "" }))
	}
	return l
}

// info writes one line.
func (l *logger) info(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	fmt.Fprintln(l.w, l.clean(fmt.Sprintf(format, args...)))
}

// group writes a title with its lines folded below it.
func (l *logger) group(title string, took time.Duration, body []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	title = fmt.Sprintf("%s (%s)", l.clean(title), took.Round(time.Millisecond))
	if l.actions == nil {
		fmt.Fprintln(l.w, title)
	} else {
		l.actions.Group(title)
		defer l.actions.EndGroup()
	}
	if more := len(body) - groupLines; more > 0 {
		body = append(body[:groupLines:groupLines], fmt.Sprintf("and %d more lines", more))
	}
	for _, line := range body {
		fmt.Fprintln(l.w, "  "+strings.ReplaceAll(l.clean(line), "\n", "\n  "))
	}
}

// progress shows how far a run is. It is gone when the next line is written.
func (l *logger) progress(done, all int, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.live {
		l.erase()
		fmt.Fprintf(l.w, "rendering %d of %d: %s", done, all, l.clean(what))
	}
}

// erase clears the progress line.
func (l *logger) erase() {
	if l.live {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}

// fail reports an error; in Actions it becomes an annotation at its place. A
// file of "" has no place, and a line of 0 means the whole file.
func (l *logger) fail(file string, line int, message string) {
	l.annotate(&l.errors, "error", file, line, message)
}

// warn reports a warning.
func (l *logger) warn(file string, line int, message string) {
	l.annotate(&l.warnings, "warning", file, line, message)
}

// clean makes text safe to print.
func (l *logger) clean(text string) string { return logtext.Clean(l.secrets.Text(text)) }

func (l *logger) annotate(count *int, kind, file string, line int, message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	*count++
	if l.actions == nil || *count > annotations {
		fmt.Fprintln(l.w, kind+": "+l.clean(strings.TrimPrefix(file+": "+message, ": ")))
		return
	}
	a, message := l.actions, logtext.Inert(l.secrets.Text(message))
	if file != "" {
		a = a.WithFieldsMap(map[string]string{"file": logtext.Inert(l.secrets.Text(file)), "line": strconv.Itoa(max(line, 1))})
	}
	if kind == "error" {
		a.Errorf("%s", message)
		return
	}
	a.Warningf("%s", message)
}
