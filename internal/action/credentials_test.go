package action

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := func(kind, url, password string) string {
		return "kind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: repository}}\nstringData: {type: " + kind + ", url: '" + url + "', password: " + password + "}\n"
	}
	for name, text := range map[string]string{
		"more.yaml": secret("git", "https://git.example.com/more", "from-file"),
		"config":    `{"auths": {"reg.example.com": {"auth": "bWU6ZnJvbS1kb2NrZXI="}}}`,
		"broken":    `{"auths": "c4n4ry"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct{ docker, oci, warning string }{
		"docker login":       {filepath.Join(dir, "config"), "from-docker", ""},
		"no docker login":    {"", "", ""},
		"no file of docker":  {filepath.Join(dir, "none"), "", ""},
		"broken docker file": {filepath.Join(dir, "broken"), "", "registry logins are not used"},
	} {
		var log bytes.Buffer
		d := &comparison{
			env: environment{dockerConfig: tt.docker}, log: newLogger(environment{}, &log, false),
			in: inputs{repo: dir, credentials: argocd.NewSecret(secret("git", "https://git.example.com/web", "from-input")), credentialFiles: []string{"more.yaml"}},
		}
		all, err := d.credentials()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for url, want := range map[string]string{"https://git.example.com/web": "from-input", "https://git.example.com/more": "from-file"} {
			if got, _ := all.Git(url); got.Password.Reveal() != want {
				t.Errorf("%s: %s gives %q, want %q", name, url, got.Password.Reveal(), want)
			}
		}
		if got, _ := all.OCI("oci://reg.example.com/x"); got.Password.Reveal() != tt.oci {
			t.Errorf("%s: the registry's login is %q, want %q", name, got.Password.Reveal(), tt.oci)
		}
		if !strings.Contains(log.String(), tt.warning) || tt.warning == "" && log.Len() > 0 || strings.Contains(log.String(), "c4n4ry") {
			t.Errorf("%s: the log is %q", name, &log)
		}
		if text := fmt.Sprintf("%+v", d.in); strings.Contains(text, "from-input") {
			t.Errorf("the inputs print as %s", text)
		}
	}
}

func TestDockerConfig(t *testing.T) {
	t.Parallel()
	for want, env := range map[string]map[string]string{
		"/d/config.json":         {"DOCKER_CONFIG": "/d", "HOME": "/h"},
		"/h/.docker/config.json": {"HOME": "/h"},
		"":                       {},
	} {
		if got := dockerConfig(func(name string) string { return env[name] }); got != want {
			t.Errorf("%v gives %q, want %q", env, got, want)
		}
	}
}
