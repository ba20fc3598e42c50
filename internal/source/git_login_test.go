package source

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func TestGitLogin(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	for name, tt := range map[string]struct {
		header string
		kind   string
		fields func(server string) []string
	}{
		"password": {basic("me", "hunter2"), "repository", func(s string) []string {
			return []string{"url", s + "/org/web", "username", "me", "password", "hunter2"}
		}},
		"password alone": {basic("git", "hunter2"), "repository", func(s string) []string {
			return []string{"url", s + "/org/web", "password", "hunter2"}
		}},
		"template": {basic("me", "hunter2"), "repo-creds", func(s string) []string {
			return []string{"url", s + "/org", "username", "me", "password", "hunter2"}
		}},
		"token": {"Bearer hunter2", "repository", func(s string) []string {
			return []string{"url", s + "/org/web.git", "bearerToken", "hunter2"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := u.serveGit(tt.header)
			f := gitFetcher(t, func(o *Options) { o.Credentials = credentials(t, tt.kind, tt.fields(host.URL)...) })
			tree, err := f.Git(t.Context(), host.URL+"/org/web.git", "stable", "")
			if err != nil || tree.Commit != u.ids["1.1.0"] {
				t.Errorf("got %+v, %v", tree, err)
			}
		})
	}
}

func TestGitLoginInURL(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	host := u.serveGit(basic("me", "hunter2"))
	repoURL := strings.Replace(host.URL, "://", "://me:hunter2@", 1) + "/org/web.git"
	if _, err := gitFetcher(t, nil).Git(t.Context(), repoURL, "main", ""); err != nil {
		t.Error(err)
	}
	_, err := gitFetcher(t, nil).Git(t.Context(), repoURL, "mian", "")
	if wantError(t, err, "nearest names are main"); strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password is in %q", err)
	}
}

// TestGitLoginStaysWithItsHost: neither a redirect nor a URL that begins alike
// gets a credential.
func TestGitLoginStaysWithItsHost(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	other := u.serveGit("")
	redirect := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
	t.Cleanup(redirect.Close)
	f := gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repo-creds", "url", redirect.URL, "username", "me", "password", "hunter2")
	})
	_, err := f.Git(t.Context(), redirect.URL+"/org/web.git", "main", "")
	wantError(t, err, "the repository has moved")
	if !strings.Contains(fault.HintOf(err), "new address") || len(other.requests) > 0 {
		t.Errorf("hint is %q, and the other host got %q", fault.HintOf(err), other.requests)
	}
	if _, err := gitFetcher(t, nil).Git(t.Context(), redirect.URL+"/org/web.git", "main", ""); err != nil {
		t.Errorf("without a login the redirect gives %v", err)
	}
	if _, err := f.Git(t.Context(), other.URL+"/org/web.git", "main", ""); err != nil {
		t.Error(err)
	}
	for _, header := range other.headers {
		if header != "" {
			t.Errorf("another host got %q", header)
		}
	}
}

func TestGitLoginNotSupported(t *testing.T) {
	t.Parallel()
	f := gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repo-creds", "url", "https://git.example.com", "gcpServiceAccountKey", "hunter2")
	})
	_, err := f.Git(t.Context(), "https://git.example.com/org/web", "main", "")
	wantError(t, err, "gcpServiceAccountKey, which is not supported")
}

// TestGitShowsNoSecret puts a git in PATH that writes down its arguments and
// fails with what it was given.
func TestGitShowsNoSecret(t *testing.T) {
	t.Parallel()
	const canary = "c4n4ry"
	bin := t.TempDir()
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >> " + bin + "/args\n/usr/bin/env >> " + bin + "/env\necho 'fatal: unable to access https://me:" + canary + "@git.example.com/org/web' >&2\nexit 128\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ repoURL, field string }{
		"password": {"https://git.example.com/org/web", "password"},
		"token":    {"https://git.example.com/org/web", "bearerToken"},
		"client":   {"https://git.example.com/org/web", "tlsClientCertKey"},
		"key":      {"git@git.example.com:org/web", "sshPrivateKey"},
		"in URL":   {"https://me:" + canary + "@git.example.com/org/web", "password"},
	} {
		secret := credentials(t, "repository", "url", tt.repoURL, tt.field, canary)
		f := gitFetcher(t, func(o *Options) {
			o.Git.Env = []string{"PATH=" + bin}
			o.Credentials = secret
		})
		for _, revision := range []string{"main", strings.Repeat("1", 40)} {
			_, err := f.Git(t.Context(), tt.repoURL, revision, "")
			for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v %#v", err, err), fault.HintOf(err), fmt.Sprintf("%+v %#v", f.options, secret)} {
				if err == nil || strings.Contains(text, canary) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("git:"+canary))) {
					t.Errorf("%s: the secret is in %q", name, text)
				}
			}
		}
	}
	args, env := read(t, bin, "args"), read(t, bin, "env")
	if strings.Contains(args, canary) || !strings.Contains(args, "https://git.example.com/org/web") {
		t.Errorf("arguments are %q", args)
	}
	if strings.Contains(env, "/key-") && !strings.Contains(env, "IdentitiesOnly=yes") {
		t.Errorf("environment is %q", env)
	}
}

func TestPrivateFile(t *testing.T) {
	t.Parallel()
	f := gitFetcher(t, nil)
	env, err := f.sshCommand(argocd.Credential{SSHPrivateKey: argocd.NewSecret("key")})
	if err != nil || len(env) != 1 {
		t.Fatalf("got %q, %v", env, err)
	}
	for _, want := range []string{"-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oIdentitiesOnly=yes", "-F/dev/null"} {
		if !strings.Contains(env[0], want) {
			t.Errorf("%s is not in %s", want, env[0])
		}
	}
	files, err := filepath.Glob(filepath.Join(f.options.Scratch, "key-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("found %q, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 || read(t, files[0]) != "key\n" {
		t.Errorf("the key's file is %v, %v", info, err)
	}
}
