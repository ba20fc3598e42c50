package source

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// explanation turns what git prints into what a reader needs.
type explanation struct {
	printed *regexp.Regexp
	text    string // may hold groups of printed, as $1
	hint    string
}

const loginHint = "Give the repository's Secret to the input credentials, as Argo CD has it."

// explanations are tried in order. Git prints them in English: LC_ALL is C.
func explanations() []explanation {
	return []explanation{
		{regexp.MustCompile(`(?i)could not resolve host(name)?:? (\S+?)[:;]?(\s|$)`), "the host $2 is unknown", "Check repoURL, and whether this machine may reach the host."},
		{regexp.MustCompile(`(?i)transport '([^']*)' not allowed`), "the protocol $1 is not allowed", "Use an https:// or ssh:// URL."},
		{regexp.MustCompile(`(?i)host key verification failed|no \S+ host key is known`), "the server's host key is not known", "Give the server's line of known_hosts to the input ssh-known-hosts."},
		{regexp.MustCompile(`(?i)authentication failed|could not read (username|password)|returned error: 40[13]|permission denied \(`), "the server asks for a login, or refuses the one it was given", loginHint},
		{regexp.MustCompile(`(?i)repository '[^']*' not found|repository not found|returned error: 404|does not appear to be a git repository`), "the repository was not found", "Check repoURL; servers say the same of a private repository without a login. " + loginHint},
		{regexp.MustCompile(`(?i)returned error: 30\d|redirect`), "the repository has moved, and a login doesn't follow to another place", "Write the new address in repoURL."},
		{regexp.MustCompile(`(?i)not our ref|couldn't find remote ref|unadvertised object`), "the repository doesn't have that commit", "Check targetRevision; a commit that was force-pushed away can't be fetched."},
	}
}

// explainGit shortens an error of git to its cause and adds a hint.
func explainGit(err error) error {
	var failed *git.CommandError
	if !errors.As(err, &failed) {
		return err
	}
	for _, e := range explanations() {
		found := e.printed.FindStringSubmatchIndex(failed.Err.Stderr)
		if found == nil {
			continue
		}
		text := e.printed.ExpandString(nil, e.text, failed.Err.Stderr, found)
		return fault.WithHint(fmt.Errorf("%s: %w", text, err), "%s", e.hint)
	}
	return err
}

// transient is what another try may not meet.
var transient = regexp.MustCompile(`(?i)returned error: (5\d\d|429)|early EOF|connection (was )?(reset|timed out)|operation too slow|unexpected disconnect|remote end hung up`)

// mayPass says whether to try again. A refusal comes with a hang-up, too.
func mayPass(err error) bool {
	var failed *git.CommandError
	if !errors.As(err, &failed) || !transient.MatchString(failed.Err.Stderr) {
		return false
	}
	for _, e := range explanations() {
		if e.printed.MatchString(failed.Err.Stderr) {
			return false
		}
	}
	return true
}
