package argocd

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ReadDockerConfig adds the logins below auths of a Docker config.json as
// credentials of whole registries, behind what is there. Logins that a helper
// program keeps are not asked for. Errors never hold anything of the text.
func (c Credentials) ReadDockerConfig(name string, text []byte) (Credentials, error) {
	var config struct {
		Auths map[string]struct {
			Auth          string `json:"auth"`
			Username      string `json:"username"`
			Password      string `json:"password"`
			IdentityToken string `json:"identitytoken"`
		} `json:"auths"`
	}
	if json.Unmarshal(text, &config) != nil {
		return c, fmt.Errorf("reading the registry logins of %s: expected a Docker config.json", name)
	}
	out := Credentials{list: slices.Clone(c.list)}
	for _, host := range slices.Sorted(maps.Keys(config.Auths)) {
		auth := config.Auths[host]
		user, password := auth.Username, auth.Password
		if auth.Auth != "" {
			var err error
			if user, password, err = splitAuth(auth.Auth); err != nil {
				return c, fmt.Errorf("reading the registry logins of %s: %s: %w", name, host, err)
			}
		}
		login := Credential{
			Template: true, Type: "oci", URL: registryHost(host),
			Username: NewSecret(user), Password: NewSecret(password), BearerToken: NewSecret(auth.IdentityToken),
		}
		if login.HasLogin() {
			out.list = append(out.list, login)
		}
	}
	return out, nil
}

// splitAuth decodes "user:password".
func splitAuth(auth string) (user, password string, err error) {
	decoded, err := base64.StdEncoding.DecodeString(auth)
	user, password, ok := strings.Cut(string(decoded), ":")
	if err != nil || !ok {
		return "", "", errors.New("expected auth to be user:password in base64")
	}
	return user, strings.TrimRight(password, "\x00"), nil
}

// registryHost cuts the scheme and the path that old versions of Docker write,
// and gives Docker Hub the name that references use.
func registryHost(key string) string {
	if _, rest, ok := strings.Cut(key, "://"); ok {
		key, _, _ = strings.Cut(rest, "/")
	}
	if key = strings.TrimSuffix(key, "/"); key == "index.docker.io" || key == "registry-1.docker.io" {
		return "docker.io"
	}
	return key
}
