package render

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// RemoteBases fetches the Git repositories that kustomizations name as
// resources and components. kustomize would run git itself, with this
// process's environment and the author's text as arguments.
type RemoteBases interface {
	// Fetch gives a directory that holds the repository at ref; "" is the
	// remote's HEAD. repoURL is https://…, ssh://… or user@host:path.
	Fetch(ctx context.Context, repoURL, ref string) (dir string, err error)
}

// remoteBase is a URL that kustomize clones: the repository, what to check
// out, and the directory in it.
type remoteBase struct{ repo, ref, dir string }

var (
	userName   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)
	refAllowed = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	scpURL     = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:/?[A-Za-z0-9~][A-Za-z0-9._~/-]*$`)
	fullURL    = regexp.MustCompile(`^(https|ssh)://([A-Za-z0-9._~%-]+(:[A-Za-z0-9._~%-]*)?@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?/[A-Za-z0-9._~%/+-]+$`)
)

// looksRemote is true for all that kustomize might take for a repository, and
// for a little more. A local path written in such a way is safe behind "./".
func looksRemote(s string) bool {
	forced := len(s) >= 5 && strings.EqualFold(s[:5], "git::")
	scheme, _ := cutScheme(s)
	return forced || scheme != "" || userName.MatchString(s) || isGitHub(s)
}

// cutScheme takes off the beginning of the URLs that kustomize knows, lower
// case.
func cutScheme(s string) (scheme, rest string) {
	for _, known := range []string{"ssh://", "https://", "http://", "file://"} {
		if len(s) >= len(known) && strings.EqualFold(s[:len(known)], known) {
			return known, s[len(known):]
		}
	}
	return "", s
}

func isGitHub(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "github.com/") || strings.HasPrefix(s, "github.com:")
}

// parseRemoteBase reads a URL as kustomize's api/internal/git/repospec.go
// does. It gives false for a local path.
func parseRemoteBase(s string) (remoteBase, bool) {
	if !looksRemote(s) {
		return remoteBase{}, false
	}
	if len(s) >= 5 && strings.EqualFold(s[:5], "git::") {
		s = s[5:]
	}
	s, query, _ := strings.Cut(s, "?")
	host, rest := splitHost(s)
	repo, dir, ok := splitRepository(rest, host)
	if host == "" || !ok || repo == "" {
		return remoteBase{}, false
	}
	return remoteBase{repo: host + repo, ref: refOf(query), dir: strings.TrimPrefix(dir, "/")}, true
}

// splitHost gives scheme, user and host up to and with the separator. GitHub's
// forms are reduced to https and to git@github.com.
func splitHost(s string) (host, rest string) {
	scheme, s := cutScheme(s)
	user := userName.FindString(s)
	s = s[len(user):]
	if scheme == "file://" {
		return scheme, user + s
	}
	end := strings.IndexByte(s, '/')
	if colon := strings.IndexByte(s, ':'); scheme == "" && (end < 0 || colon > 0 && colon < end) {
		end = colon
	}
	if end < 0 || scheme == "" && user == "" && !isGitHub(s) {
		return "", ""
	}
	host, rest = s[:end+1], s[end+1:]
	switch {
	case !isGitHub(s):
		return scheme + user + host, rest
	case scheme == "ssh://" || user != "":
		return user + "github.com:", rest
	}
	return "https://github.com/", rest
}

// splitRepository parts the repository's path from the directory in it: at a
// marker, or after two segments.
func splitRepository(s, host string) (repo, dir string, ok bool) {
	if before, after, found := strings.Cut(s, "_git/"); found {
		name, dir, _ := strings.Cut(after, "/")
		return before + "_git/" + name, dir, true
	}
	if before, after, found := strings.Cut(s, "//"); found {
		return before, after, true
	}
	if before, after, found := strings.Cut(s, ".git"); found {
		return before + ".git", after, true
	}
	if host == "file://" {
		return s, "", true
	}
	segments := strings.SplitN(s, "/", 3)
	if len(segments) < 2 {
		return "", "", false
	}
	return segments[0] + "/" + segments[1], strings.Join(segments[2:], "/"), true
}

func refOf(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	if ref := values.Get("ref"); ref != "" {
		return ref
	}
	return values.Get("version")
}

// check refuses what could reach git as anything but a repository and a ref.
func (r remoteBase) check() error {
	switch {
	case !fullURL.MatchString(r.repo) && !scpURL.MatchString(r.repo):
		return fault.WithHint(fmt.Errorf("expected an https or ssh URL of a repository, found %q", withoutUser(r.repo)),
			"Other schemes, and characters that such URLs seldom have, are refused: the URL is an argument of git.")
	case r.ref != "" && !refAllowed.MatchString(r.ref):
		return fault.WithHint(fmt.Errorf("expected a branch, a tag or a commit as ref, found %q", r.ref), "Write what follows ?ref= without a dash in front, and without spaces.")
	case strings.HasPrefix(path.Clean(r.dir), ".."):
		return fault.WithHint(errors.New("the path leads out of the repository"), "Name a directory inside of it behind //.")
	}
	return nil
}

// withoutUser drops credentials from a URL for messages.
func withoutUser(address string) string {
	scheme, rest := cutScheme(address)
	if i := strings.LastIndexByte(rest, '@'); scheme != "" && i >= 0 {
		return scheme + rest[i+1:]
	}
	return address
}

// isRemoteFile is true for what kustomize downloads.
func isRemoteFile(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// isFileURL tells a file from a repository where kustomize downloads first and
// clones if that isn't YAML: by the name, which costs no request.
func isFileURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !isRemoteFile(s) {
		return false
	}
	explicit := strings.Contains(u.Path, ".git/") || strings.HasSuffix(u.Path, ".git") ||
		strings.Contains(u.Path, "_git/") || strings.Contains(u.Path, "//")
	_, repository := parseRemoteBase(s)
	switch path.Ext(u.Path) {
	case ".yaml", ".yml", ".json":
		return !explicit
	}
	return !repository
}
