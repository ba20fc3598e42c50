package source

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
)

// fakeGitHub serves a repository that only the App's token reads, and GitHub's
// API for Apps at the same host.
type fakeGitHub struct {
	*httptest.Server
	key    *rsa.PrivateKey
	now    time.Time
	tokens atomic.Int64
}

func newFakeGitHub(t *testing.T) *fakeGitHub {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	git := newUpstream(t).serveGit("Basic " + base64.StdEncoding.EncodeToString([]byte("x-access-token:t0ken")))
	address, err := url.Parse(git.URL)
	if err != nil {
		t.Fatal(err)
	}
	g := &fakeGitHub{key: key, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	mux := http.NewServeMux()
	mux.Handle("/", httputil.NewSingleHostReverseProxy(address))
	mux.HandleFunc("POST /api/v3/app/installations/2/access_tokens", func(w http.ResponseWriter, r *http.Request) {
		if !g.signed(r) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"message": "A JSON web token could not be decoded"}`))
			return
		}
		g.tokens.Add(1)
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"token": "t0ken"}`))
	})
	mux.HandleFunc("GET /api/v3/repos/org/web/installation", func(w http.ResponseWriter, r *http.Request) {
		if g.signed(r) {
			_, _ = w.Write([]byte(`{"id": 2}`))
		}
	})
	g.Server = httptest.NewServer(mux)
	t.Cleanup(g.Close)
	return g
}

// signed checks the token as GitHub does: by whom, for when, with which key.
func (g *fakeGitHub) signed(r *http.Request) bool {
	parts := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	if len(parts) != 3 {
		return false
	}
	var claims struct {
		IAT, EXP int64
		ISS      string
	}
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return json.Unmarshal(payload, &claims) == nil && claims.ISS == "1" && claims.IAT <= g.now.Unix() && claims.EXP > g.now.Unix() && claims.EXP-claims.IAT <= 600 &&
		rsa.VerifyPKCS1v15(&g.key.PublicKey, crypto.SHA256, sum[:], signature) == nil
}

// fetcher logs in with these fields besides those of the App.
func (g *fakeGitHub) fetcher(t *testing.T, key string, fields ...string) *Fetcher {
	t.Helper()
	return gitFetcher(t, func(o *Options) {
		o.Now = func() time.Time { return g.now }
		o.Credentials = credentials(t, "repo-creds", append([]string{"url", g.URL + "/org", "githubAppID", "1", "githubAppPrivateKey", key}, fields...)...)
	})
}

func (g *fakeGitHub) pem(t *testing.T, pkcs8 bool) string {
	t.Helper()
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(g.key)}
	if pkcs8 {
		der, err := x509.MarshalPKCS8PrivateKey(g.key)
		if err != nil {
			t.Fatal(err)
		}
		block = &pem.Block{Type: "PRIVATE KEY", Bytes: der}
	}
	return strings.TrimSpace(string(pem.EncodeToMemory(block)))
}

func TestGitHubApp(t *testing.T) {
	t.Parallel()
	g := newFakeGitHub(t)
	for name, f := range map[string]*Fetcher{
		"installation": g.fetcher(t, g.pem(t, false), "githubAppInstallationID", "2", "githubAppEnterpriseBaseUrl", g.URL+"/api/v3"),
		"by its owner": g.fetcher(t, g.pem(t, true), "githubAppEnterpriseBaseUrl", g.URL+"/api/v3/"),
	} {
		before := g.tokens.Load()
		for _, revision := range []string{"main", "1.0.0"} {
			tree, err := f.Git(t.Context(), g.URL+"/org/web.git", revision, "")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if read(t, tree.Dir, "app/a.yaml") == "" {
				t.Errorf("%s: %s is empty", name, revision)
			}
		}
		if n := g.tokens.Load() - before; n != 1 {
			t.Errorf("%s: %d tokens were made, want 1", name, n)
		}
	}
}

func TestGitHubAppErrors(t *testing.T) {
	t.Parallel()
	g := newFakeGitHub(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	wrong := (&fakeGitHub{key: other}).pem(t, false)
	api := []string{"githubAppEnterpriseBaseUrl", g.URL + "/api/v3"}
	for name, tt := range map[string]struct {
		key    string
		fields []string
		url    string
		want   []string
	}{
		"another key":          {wrong, append([]string{"githubAppInstallationID", "2"}, api...), "", []string{"logging in as the GitHub App 1: POST ", "401", "could not be decoded"}},
		"another installation": {g.pem(t, false), append([]string{"githubAppInstallationID", "3"}, api...), "", []string{"/app/installations/3/access_tokens: "}},
		"no key":               {"hunter2", append([]string{"githubAppInstallationID", "2"}, api...), "", []string{"expected an RSA key in PEM"}},
		"another host's App":   {g.pem(t, false), []string{"githubAppInstallationID", "2"}, "", []string{"found one of https://api.github.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := g.fetcher(t, tt.key, tt.fields...).Git(t.Context(), g.URL+"/org/web.git", "main", "")
			wantError(t, err, tt.want...)
			if fault.HintOf(err) == "" {
				t.Error("no hint")
			}
			for _, secret := range []string{"hunter2", "PRIVATE KEY", "Bearer", "t0ken"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows %q: %v", secret, err)
				}
			}
		})
	}
}

// TestGitHubAppTokenStays: another repository, which the Secret is not for, gets
// no token.
func TestGitHubAppTokenStays(t *testing.T) {
	t.Parallel()
	g := newFakeGitHub(t)
	open := newUpstream(t).serveGit("")
	f := g.fetcher(t, g.pem(t, false), "githubAppInstallationID", "2", "githubAppEnterpriseBaseUrl", g.URL+"/api/v3")
	if _, err := f.Git(t.Context(), open.URL+"/org/web.git", "main", ""); err != nil {
		t.Fatal(err)
	}
	for _, header := range open.headers {
		if header != "" || g.tokens.Load() > 0 {
			t.Errorf("another host got %q", header)
		}
	}
}
