package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// appKey is what one token is good for.
type appKey struct {
	api               string
	app, installation int64
	repository        string // only where it has to tell the installation
}

// maxAPIAnswer bounds an answer of GitHub's API, in bytes.
const maxAPIAnswer = 1 << 20

// withAppToken replaces a GitHub App by a token for the repository, as Argo CD
// logs in: over HTTPS, with the token as the password.
func (f *Fetcher) withAppToken(ctx context.Context, c argocd.Credential, repoURL string, u gitURL) (argocd.Credential, error) {
	if c.App.IsZero() {
		return c, nil
	}
	if u.scheme == "ssh" {
		return c, errors.New("expected an https:// URL, as a GitHub App can't log in by ssh")
	}
	if err := sameSite(c.App.API, u.origin); err != nil {
		return c, err
	}
	key := appKey{api: c.App.API, app: c.App.ID, installation: c.App.InstallationID}
	if key.installation == 0 {
		key.repository = repositoryPath(repoURL)
	}
	token, err := f.tokens.do(ctx, key, func(ctx context.Context) (argocd.Secret, error) { return f.appToken(ctx, c.App, key) })
	if err != nil {
		return c, fault.WithHint(fmt.Errorf("logging in as the GitHub App %d: %w", c.App.ID, err),
			"Check githubAppID, githubAppInstallationID, githubAppPrivateKey and githubAppEnterpriseBaseUrl of the repository's Secret.")
	}
	c.Username, c.Password, c.App = argocd.NewSecret("x-access-token"), token, argocd.GitHubApp{}
	return c, nil
}

// sameSite holds that the API's tokens are for the repository's host: github.com
// and api.github.com, or one host for both.
func sameSite(api, origin string) error {
	a, errA := url.Parse(api)
	o, errO := url.Parse(origin)
	if errA != nil || errO != nil || a.Scheme != o.Scheme || a.Hostname() != o.Hostname() && a.Hostname() != "api."+o.Hostname() {
		return fault.WithHint(fmt.Errorf("expected the GitHub App to be one of %s, found one of %s", origin, api),
			"Set githubAppEnterpriseBaseUrl of the repository's Secret to the API of that host, such as https://git.example.com/api/v3.")
	}
	return nil
}

// repositoryPath is owner/name.
func repositoryPath(repoURL string) string {
	parsed, err := url.Parse(repoURL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.Trim(parsed.Path, "/"), ".git")
}

// appToken asks for a token of the installation.
func (f *Fetcher) appToken(ctx context.Context, app argocd.GitHubApp, key appKey) (argocd.Secret, error) {
	jwt, err := appJWT(app, f.options.Now())
	if err != nil {
		return argocd.Secret{}, err
	}
	id := key.installation
	if id == 0 {
		var found struct{ ID int64 }
		if err := f.askGitHub(ctx, http.MethodGet, key.api+"/repos/"+key.repository+"/installation", jwt, &found); err != nil {
			return argocd.Secret{}, fmt.Errorf("finding its installation: %w", err)
		}
		id = found.ID
	}
	var answer struct{ Token string }
	err = f.askGitHub(ctx, http.MethodPost, key.api+"/app/installations/"+strconv.FormatInt(id, 10)+"/access_tokens", jwt, &answer)
	if err == nil && answer.Token == "" {
		err = errors.New("expected a token, found none in the answer")
	}
	return argocd.NewSecret(answer.Token), err
}

// askGitHub makes one request. Errors hold the API's own message, and nothing
// of the request's header.
func (f *Fetcher) askGitHub(ctx context.Context, method, address string, jwt argocd.Secret, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return errors.New("expected the URL of GitHub's API")
	}
	request.Header.Set("Authorization", "Bearer "+jwt.Reveal())
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	response, err := f.options.Client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAPIAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		var answer struct{ Message string }
		_ = json.Unmarshal(body, &answer) // it may be a page
		return fmt.Errorf("%s %s: %s: %.200s", method, address, response.Status, answer.Message)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s %s: expected JSON", method, address)
	}
	return nil
}
