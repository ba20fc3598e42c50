package source

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/argoplan/argoplan/internal/network"
)

// TestGitThatMoved follows a server to another only where that one may be asked.
func TestGitThatMoved(t *testing.T) {
	t.Parallel()
	up := newUpstream(t)
	host := up.serveGit("")
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, host.URL+strings.Replace(r.URL.RequestURI(), "/old/", "/org/", 1), http.StatusMovedPermanently)
	}))
	t.Cleanup(moved.Close)
	// The old place by name and the new one by address: each can be allowed alone.
	at, err := url.Parse(moved.URL)
	if err != nil {
		t.Fatal(err)
	}
	old := "http://localhost:" + at.Port() + "/old/web.git"
	for name, tt := range map[string]struct {
		options network.Options
		want    string // in the error
	}{
		"both may be asked": {network.Options{Allowed: []string{"localhost", "127.0.0.1"}}, ""},
		"only the old":      {network.Options{Allowed: []string{"localhost"}}, "the host 127.0.0.1 is refused"},
		"a stranger's":      {network.Options{Allowed: []string{"localhost", "127.0.0.1"}, Known: []string{"localhost"}}, "the repository has moved"},
	} {
		before := host.count("")
		guard := network.New(tt.options)
		f := gitFetcher(t, func(o *Options) {
			o.Guard, o.Client = guard, &http.Client{Transport: guard.Transport()}
		})
		tree, err := f.Git(t.Context(), old, "main", "")
		switch {
		case tt.want == "" && (err != nil || read(t, tree.Dir, "app/a.yaml") != "three"):
			t.Errorf("%s: %+v, %v", name, tree, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
		if n := host.count("") - before; tt.want != "" && n != 0 {
			t.Errorf("%s: the new place got %d requests", name, n)
		}
	}
}

// TestGitMovedToNoRepository has a server that points to something of its own.
func TestGitMovedToNoRepository(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1); r.URL.Path != "/login" {
			http.Redirect(w, r, "/login", http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	_, err := gitFetcher(t, nil).Git(t.Context(), server.URL+"/org/web", "main", "")
	if err == nil || !strings.Contains(err.Error(), "something else than a repository") || requests.Load() > 4 {
		t.Errorf("got %v after %d requests", err, requests.Load())
	}
}
