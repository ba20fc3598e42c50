package source

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

// guarded answers only to a login.
func guarded(login string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != login {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

func TestHelmLogin(t *testing.T) {
	t.Parallel()
	login := basic("me", "hunter2")
	var leaked atomic.Int64
	elsewhere := serve(t, map[string]http.HandlerFunc{"/web-1.0.0.tgz": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			leaked.Add(1)
		}
		_, _ = w.Write(webChart(t, "1.0.0"))
	}})
	foreign := "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0, urls: ['" + elsewhere.URL + "/web-1.0.0.tgz']}\n"
	server := serve(t, map[string]http.HandlerFunc{
		"/same/index.yaml":         guarded(login, text(indexOf("1.0.0"))),
		"/same/web-1.0.0.tgz":      guarded(login, text(webChart(t, "1.0.0"))),
		"/foreign/index.yaml":      guarded(login, text(foreign)),
		"/redirect/index.yaml":     guarded(login, text(indexOf("1.0.0"))),
		"/redirect/web-1.0.0.tgz":  guarded(login, http.RedirectHandler(elsewhere.URL+"/web-1.0.0.tgz", http.StatusFound).ServeHTTP),
		"/inside/index.yaml":       guarded(login, http.RedirectHandler("/same/index.yaml", http.StatusFound).ServeHTTP),
		"/inside/web-1.0.0.tgz":    guarded(login, text(webChart(t, "1.0.0"))),
		"/elsewhere/index.yaml":    guarded(login, text(strings.ReplaceAll(indexOf("1.0.0"), "web-1.0.0.tgz", "/same/web-1.0.0.tgz"))),
		"/elsewhere/web-1.0.0.tgz": status(http.StatusNotFound),
	})
	withLogin := func(o *Options) {
		o.Credentials = credentials(t, "repo-creds", "type", "helm", "url", server.URL, "username", "me", "password", "hunter2")
	}
	for _, path := range []string{"/same", "/foreign", "/redirect", "/inside", "/elsewhere"} {
		f := gitFetcher(t, withLogin)
		if _, err := f.Chart(t.Context(), server.URL+path, "web", "1.x"); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		get, err := f.Getters().ByScheme("http")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := get.Get(server.URL + path + "/index.yaml"); err != nil {
			t.Errorf("%s by a getter: %v", path, err)
		}
	}
	if n := leaked.Load(); n != 0 {
		t.Errorf("another host got the login %d times", n)
	}
	withUser := strings.Replace(server.URL, "://", "://me:hunter2@", 1)
	if _, err := gitFetcher(t, nil).Chart(t.Context(), withUser+"/same", "web", "1.x"); err != nil {
		t.Errorf("a login in the URL gives %v", err)
	}
	if _, err := gitFetcher(t, withLogin).ChartPassingCredentials(t.Context(), server.URL+"/foreign", "web", "1.0.0"); err != nil || leaked.Load() != 1 {
		t.Errorf("passCredentials sent the login %d times, %v", leaked.Load(), err)
	}
}

func TestHelmLoginErrors(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{"/index.yaml": guarded("Basic x", text(indexOf("1.0.0")))})
	f := gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repository", "type", "helm", "url", server.URL, "username", "me", "password", "c4n4ry")
	})
	_, err := f.Chart(t.Context(), server.URL, "web", "1.0.0")
	wantError(t, err, "found 401")
	if strings.Contains(fmt.Sprintf("%+v %#v", err, err), "c4n4ry") || !strings.Contains(fault.HintOf(err), "credentials") {
		t.Errorf("error is %q with the hint %q", err, fault.HintOf(err))
	}
}

func TestHelmTLS(t *testing.T) {
	t.Parallel()
	files := map[string]http.HandlerFunc{"/index.yaml": text(indexOf("1.0.0")), "/web-1.0.0.tgz": text(webChart(t, "1.0.0"))}
	plain := serve(t, files)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handler, ok := files[r.URL.Path]; ok {
			handler(w, r)
			return
		}
		http.Redirect(w, r, plain.URL+"/index.yaml", http.StatusFound)
	}))
	t.Cleanup(server.Close)
	insecure := func(o *Options) {
		o.Credentials = credentials(t, "repo-creds", "type", "helm", "url", server.URL, "insecure", "true")
	}
	if _, err := gitFetcher(t, insecure).Chart(t.Context(), server.URL, "web", "1.0.0"); err != nil {
		t.Error(err)
	}
	_, err := gitFetcher(t, nil).Chart(t.Context(), server.URL, "web", "1.0.0")
	wantError(t, err, "certificate")
	_, err = gitFetcher(t, insecure).Chart(t.Context(), server.URL+"/moved", "web", "1.0.0")
	wantError(t, err, "expected no redirect to another server")
	broken := func(o *Options) {
		o.Credentials = credentials(t, "repository", "type", "helm", "url", server.URL, "tlsClientCertData", "x", "tlsClientCertKey", "c4n4ry")
	}
	_, err = gitFetcher(t, broken).Chart(t.Context(), server.URL, "web", "1.0.0")
	if wantError(t, err, "expected a certificate and its key in PEM"); strings.Contains(err.Error(), "c4n4ry") {
		t.Errorf("error is %q", err)
	}
}
