package checkout

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

// gitServer serves a repository over HTTP to those who send one of the logins.
func gitServer(t *testing.T, r repo, logins ...string) *httptest.Server {
	t.Helper()
	gitPath, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: gitPath, Args: []string{"http-backend"},
		Env: []string{"GIT_PROJECT_ROOT=" + r.dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null"}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		// As GitHub does, a request with two headers is refused.
		got := req.Header.Values("Authorization")
		_, password, _ := req.BasicAuth()
		for _, login := range logins {
			if len(got) == 1 && password == login {
				backend.ServeHTTP(w, req)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="GitHub"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestPersistedCredentials fetches with what each version of actions/checkout
// leaves in a clone, and with the token where that doesn't serve.
func TestPersistedCredentials(t *testing.T) {
	t.Parallel()
	const kept, kaputt = "Authorization: Basic eC1hY2Nlc3MtdG9rZW46a2VwdA==", "Authorization: Basic b2xkOm9sZA==" // x-access-token:kept, old:old
	header := func(c repo, url, value string) { c.git("config", "http."+url+"/.extraheader", value) }
	// From v6 on the header is in a file of the runner's, which the clone
	// includes: once by its own path, once by the container's.
	included := func(c repo, gitdir, url, value string) {
		file := filepath.Join(c.t.TempDir(), "git-credentials-1.config")
		if value != "" {
			c.git("config", "--file", file, "http."+url+"/.extraheader", value)
		}
		c.git("config", "includeIf.gitdir:"+gitdir+".path", file)
	}
	tests := []struct {
		name    string
		arrange func(c repo, url string)
		token   string
		fails   bool
	}{
		{"v4 and v5", func(c repo, url string) { header(c, url, kept) }, "", false},
		{"v4 and v5, and a token", func(c repo, url string) { header(c, url, kept) }, "other", false},
		{"v5, expired, and a token", func(c repo, url string) { header(c, url, kaputt) }, "token", false},
		{"v5, expired, and a bad token", func(c repo, url string) { header(c, url, kaputt) }, "other", true},
		{"v5, of another server", func(c repo, url string) { header(c, "https://github.com", kept) }, "token", false},
		{"v6 and later", func(c repo, url string) { included(c, c.dir+"/.git", url, kept) }, "", false},
		{"v6, expired, and a token", func(c repo, url string) { included(c, c.dir+"/.git", url, kaputt) }, "token", false},
		{"v6, for another path, and a token", func(c repo, url string) { included(c, "/github/workspace/.git", url, kept) }, "token", false},
		{"v6, for another path, no token", func(c repo, url string) { included(c, "/github/workspace/.git", url, kept) }, "", true},
		{"v6, file not in the container, and a token", func(c repo, url string) { included(c, c.dir+"/.git", url, "") }, "token", false},
		{"persist-credentials: false, and a token", func(repo, string) {}, "token", false},
		{"persist-credentials: false, no token", func(repo, string) {}, "", true},
		{"a login in the URL", func(c repo, url string) {
			c.git("remote", "set-url", "origin", strings.Replace(url, "://", "://x-access-token:kept@", 1)+"/.git")
		}, "", false},
		{"a helper that would run", func(c repo, url string) {
			c.git("config", "credential.helper", "!touch "+filepath.Join(c.dir, "pwned"))
		}, "token", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			r.commit()
			c := r.clone("--depth=1")
			base := r.commit()
			s := gitServer(t, r, "kept", "token")
			c.git("remote", "set-url", "origin", s.URL+"/.git")
			test.arrange(c, s.URL)
			before := c.git("config", "--local", "--list")
			o := Options{Env: testEnv(), Protocols: []string{"http"}, Server: s.URL, Token: test.token}
			got, err := open(t, c.dir, o).Ensure(t.Context(), base)
			if (err != nil) != test.fails || err == nil && got != base {
				t.Errorf("got %q and %v, want an error: %v", got, err, test.fails)
			}
			if err != nil && (strings.Contains(fmt.Sprint(err), "other") || fault.HintOf(err) == "") {
				t.Errorf("got %v, hint %q", err, fault.HintOf(err))
			}
			if after := c.git("config", "--local", "--list"); after != before {
				t.Errorf("the configuration changed from\n%s\nto\n%s", before, after)
			}
			if found, _ := filepath.Glob(filepath.Join(c.dir, "pwned")); found != nil {
				t.Error("the clone's helper ran")
			}
		})
	}
}
