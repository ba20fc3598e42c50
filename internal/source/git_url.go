package source

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// gitURL is the address of a Git repository as git gets it: without a
// password, which other users of the machine could see.
type gitURL struct {
	address string
	scheme  string // "ssh" for the short form user@host:path
	// origin is scheme, host and port, for settings of that server alone.
	origin string
	// login is what the URL itself carried.
	login *argocd.Credential
}

// parseGitURL refuses what could name a program or an option.
func parseGitURL(repoURL string) (gitURL, error) {
	if hasControl(repoURL) || strings.ContainsRune(repoURL, ' ') || strings.HasPrefix(repoURL, "-") || strings.Contains(repoURL, "::") {
		return gitURL{}, errors.New("expected the URL of a Git repository, found odd characters in it")
	}
	if !strings.Contains(repoURL, "://") {
		return shortURL(repoURL)
	}
	parsed, err := url.Parse(repoURL)
	if err != nil || parsed.Hostname() == "" && parsed.Scheme != "file" || strings.HasPrefix(parsed.Host, "-") {
		return gitURL{}, errors.New("expected the URL of a Git repository, found one that cannot be parsed")
	}
	out := gitURL{scheme: parsed.Scheme, origin: parsed.Scheme + "://" + parsed.Host}
	switch {
	case parsed.User == nil:
	case parsed.Scheme == "ssh":
		if strings.HasPrefix(parsed.User.Username(), "-") {
			return gitURL{}, errors.New("expected a user of an ssh URL, found an option")
		}
		parsed.User = url.User(parsed.User.Username())
	default:
		password, _ := parsed.User.Password()
		out.login = &argocd.Credential{Username: argocd.NewSecret(parsed.User.Username()), Password: argocd.NewSecret(password)}
		parsed.User = nil
	}
	out.address = parsed.String()
	return out, nil
}

// shortURL reads user@host:path.
func shortURL(repoURL string) (gitURL, error) {
	host, path, ok := strings.Cut(repoURL, ":")
	if !ok || strings.Contains(host, "/") || host == "" || strings.Contains(host, "@-") || strings.HasPrefix(path, "-") {
		return gitURL{}, fault.WithHint(fmt.Errorf("expected the URL of a Git repository, found %s", git.WithoutUser(repoURL)),
			"Write it as https://host/owner/name, ssh://git@host/owner/name or git@host:owner/name.")
	}
	return gitURL{address: repoURL, scheme: "ssh"}, nil
}

func hasControl(s string) bool { return strings.ContainsFunc(s, unicode.IsControl) }
