package argocd

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// GitHubApp is a login by a GitHub App, which a token is made of.
type GitHubApp struct {
	ID int64
	// InstallationID is 0 if the Secret leaves it out; the repository's owner
	// then tells which installation it is.
	InstallationID int64
	// PrivateKey is RSA, in PEM.
	PrivateKey Secret
	// API is the address of the REST API, without a slash at its end.
	API string
}

// IsZero says whether there is none.
func (g GitHubApp) IsZero() bool { return g.PrivateKey.IsEmpty() }

// gitHubApp reads the fields that Argo CD has for it.
func gitHubApp(v map[string]string) (app GitHubApp, err error) {
	if v["githubAppPrivateKey"] == "" && v["githubAppID"] == "" {
		return GitHubApp{}, nil
	}
	app = GitHubApp{PrivateKey: NewSecret(v["githubAppPrivateKey"]), API: "https://api.github.com"}
	if app.PrivateKey.IsEmpty() || v["githubAppID"] == "" {
		return GitHubApp{}, errors.New("expected githubAppID and githubAppPrivateKey together, found only one")
	}
	if base := strings.TrimSuffix(v["githubAppEnterpriseBaseUrl"], "/"); base != "" {
		app.API = base
	}
	app.ID, err = number(v, "githubAppID")
	if err == nil && v["githubAppInstallationID"] != "" {
		app.InstallationID, err = number(v, "githubAppInstallationID")
	}
	return app, err
}

// number never shows what it read: a key may stand in the wrong place.
func number(values map[string]string, name string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(values[name]), 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%s: expected a number above 0", name)
	}
	return n, nil
}
