package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
)

// discovery is what git asks a server first, and where it follows a redirect.
const discovery = "/info/refs"

// redirected is how git says that it didn't follow one.
var redirected = regexp.MustCompile(`(?i)returned error: 30[12378]`)

// hasMoved is true if a server pointed elsewhere. A login goes to its own server
// alone, and a stranger's pull request to hosts that base knows.
func (r *gitRemote) hasMoved(err error) bool {
	var failed *git.CommandError
	return !r.login.given && r.login.header.IsEmpty() && !r.fetcher.options.Guard.Strict() &&
		errors.As(err, &failed) && redirected.MatchString(failed.Err.Stderr)
}

// follow finds out where the repository is, with the client that checks every
// address that it connects to, and binds git to the new server. git itself would
// follow to anywhere.
func (r *gitRemote) follow(ctx context.Context) (*gitRemote, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url.address+discovery+"?service=git-upload-pack", nil)
	if err != nil {
		return nil, err
	}
	response, err := r.fetcher.options.Client.Do(request)
	if err != nil {
		if refused := refusal(err); refused != nil {
			return nil, refused
		}
		return nil, fmt.Errorf("asking where the repository is: %w", err)
	}
	_ = response.Body.Close()
	at := *response.Request.URL
	path, ok := strings.CutSuffix(at.Path, discovery)
	if !ok || at.Scheme != r.url.scheme {
		return nil, fmt.Errorf("the repository has moved to something else than a repository of %s", r.url.scheme)
	}
	at.Path, at.RawPath, at.RawQuery, at.User = path, "", "", nil
	next := *r
	if next.url, err = parseGitURL(at.String()); err != nil {
		return nil, err
	}
	settings, err := r.fetcher.pinned(ctx, next.url)
	next.login.config = append(slices.Clone(r.login.config), settings...)
	return &next, err
}
