package checkout

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

// commits lists what the repository has, reachable or not.
func (r repo) commits() []string {
	r.t.Helper()
	var ids []string
	for line := range strings.Lines(r.git("cat-file", "--batch-all-objects", "--batch-check")) {
		if id, rest, _ := strings.Cut(line, " "); strings.HasPrefix(rest, "commit") {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestEnsureInShallowCloneFetchesOneCommit(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	base, _, merge := r.mergeCommit()
	c := r.clone("--depth=1", "--branch=merge")
	refs, g := c.git("for-each-ref"), c.open()
	parent, err := g.Parent(t.Context(), merge, 1)
	if err != nil || parent != base {
		t.Fatalf("got %q and %v, want %s", parent, err, base)
	}
	got, err := g.Ensure(t.Context(), parent)
	if err != nil || got != base {
		t.Fatalf("got %q and %v, want %s", got, err, base)
	}
	if n := len(c.commits()); n != 2 {
		t.Errorf("the clone has %d commits, want the merge and its base", n)
	}
	if diff := cmp.Diff(refs, c.git("for-each-ref")); diff != "" {
		t.Errorf("refs changed:\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(c.dir, ".git", "FETCH_HEAD")); err == nil {
		t.Error("FETCH_HEAD was written")
	}
	changed, err := g.Changed(t.Context(), base, merge)
	if diff := cmp.Diff([]string{"topic"}, changed); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if diff := cmp.Diff(map[string]string{"f": file + "2\n"}, snapshot(t, mustExtract(t, g, base).Dir)); diff != "" {
		t.Error(diff)
	}
}

func TestEnsureInFullCloneKeepsItFull(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	_, _, merge := r.mergeCommit()
	c := r.clone("--branch=merge")
	refs, history := c.git("for-each-ref"), c.git("rev-list", "--all")
	later := r.commit()
	latest := r.commit()
	for _, rev := range []string{merge, latest, later} {
		if got, err := c.open().Ensure(t.Context(), rev); err != nil || got != rev {
			t.Errorf("got %q and %v, want %s", got, err, rev)
		}
	}
	if diff := cmp.Diff([]string{refs, history}, []string{c.git("for-each-ref"), c.git("rev-list", "--all")}); diff != "" {
		t.Error(diff)
	}
	if shallow, err := c.open().IsShallow(t.Context()); err != nil || shallow {
		t.Errorf("shallow: %v, %v", shallow, err)
	}
	if got := c.git("rev-list", "--count", latest); got != "6" {
		t.Errorf("got %s commits of history, want 6", got)
	}
}

func TestEnsureByName(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	first := r.commit()
	c := r.clone("--depth=1")
	r.git("tag", "--annotate", "--message=t", "v1", first)
	second := r.commit()
	r.git("branch", "release/1")
	r.git("branch", "other/release/1", first)
	third := r.commit()
	r.git("update-ref", "refs/pull/7/merge", third)
	tests := map[string]string{
		"main":              first, // the clone's own; it is not refreshed
		"release/1":         second,
		"v1":                first,
		"refs/pull/7/merge": third,
		"refs/heads/main":   first,
	}
	for rev, want := range tests {
		if got, err := c.open().Ensure(t.Context(), rev); err != nil || got != want {
			t.Errorf("%s: got %q and %v, want %s", rev, got, err, want)
		}
	}
	c.git("checkout", "--quiet", "--detach")
	c.git("branch", "--quiet", "--delete", "--force", "main") // as after actions/checkout
	if got, err := c.open().Ensure(t.Context(), "main"); err != nil || got != first {
		t.Errorf("origin/main: got %q and %v, want %s", got, err, first)
	}
}

func TestEnsureError(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.commit()
	gone, none := r.clone("--depth=1"), newRepo(t)
	none.commit()
	gone.git("remote", "set-url", "origin", "file:///nonexistent/user:secret@x")
	tests := []struct{ name, dir, rev, want string }{
		{"unknown commit", r.clone("--depth=1").dir, strings.Repeat("1", 40), "git fetch: exit status 128"},
		{"unknown branch", r.clone("--depth=1").dir, "gone", "origin has no such branch or tag"},
		{"a pattern is no branch", r.clone("--depth=1").dir, "ma*", "origin has no such branch or tag"},
		{"origin gone", gone.dir, strings.Repeat("1", 40), "does not appear to be a git repository"},
		{"no origin", none.dir, strings.Repeat("1", 40), "'origin' does not appear to be a git repository"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := open(t, tt.dir, local()).Ensure(t.Context(), tt.rev)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(fault.HintOf(err), "fetch-depth: 2") {
				t.Errorf("got %v, hint %q", err, fault.HintOf(err))
			}
		})
	}
}

func TestEnsureSpeaksGivenProtocolsOnly(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.commit()
	c := r.clone("--depth=1")
	missing := r.commit()
	for _, url := range []string{"file://" + r.dir, "ext::touch " + filepath.Join(c.dir, "pwned"), "http://127.0.0.1:1/x", "git://127.0.0.1:1/x"} {
		c.git("remote", "set-url", "origin", url)
		c.git("config", "protocol.allow", "always")
		_, err := open(t, c.dir, Options{Env: testEnv()}).Ensure(t.Context(), missing)
		if err == nil || !strings.Contains(err.Error(), "not allowed") {
			t.Errorf("%s: got %v", url, err)
		}
	}
	if _, err := os.Stat(filepath.Join(c.dir, "pwned")); err == nil {
		t.Error("a command in a URL ran")
	}
}

func TestPartialClone(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	base, _, merge := r.mergeCommit()
	c := r.clone("--filter=blob:none", "--no-checkout", "--depth=1", "--branch=merge")
	g := c.open()
	if _, err := g.Ensure(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	got := []map[string]string{snapshot(t, mustExtract(t, g, base).Dir), snapshot(t, mustExtract(t, g, merge).Dir)}
	want := []map[string]string{{"f": file + "2\n"}, {"f": file + "2\n", "topic": file + "t\n"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestToken fetches over HTTP from a server that wants exactly one header.
func TestToken(t *testing.T) {
	t.Parallel()
	gitPath, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	r := newRepo(t)
	r.commit()
	c := r.clone("--depth=1")
	base := r.commit()
	backend := &cgi.Handler{Path: gitPath, Args: []string{"http-backend"},
		Env: []string{"GIT_PROJECT_ROOT=" + r.dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null"}}
	var elsewhere atomic.Int32
	handler := func(w http.ResponseWriter, req *http.Request) {
		if got := req.Header.Values("Authorization"); !cmp.Equal(got, []string{"Basic eC1hY2Nlc3MtdG9rZW46czNjcjN0"}) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		backend.ServeHTTP(w, req)
	}
	server := httptest.NewServer(http.HandlerFunc(handler))
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("Authorization") != "" {
			elsewhere.Add(1)
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	redirect := httptest.NewServer(http.RedirectHandler(other.URL+"/.git/info/refs?service=git-upload-pack", http.StatusFound))
	t.Cleanup(func() { server.Close(); other.Close(); redirect.Close() })
	// What actions/checkout may have left, expired by now.
	c.git("config", "http."+server.URL+"/.extraheader", "Authorization: Basic b2xk")

	ensure := func(origin, server string) error {
		c.git("remote", "set-url", "origin", origin+"/.git")
		o := Options{Env: testEnv(), Protocols: []string{"http"}, Server: server, Token: "s3cr3t"}
		_, err := open(t, c.dir, o).Ensure(t.Context(), base)
		return err
	}
	for _, err := range []error{ensure(other.URL, server.URL), ensure(redirect.URL, redirect.URL)} {
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("got %v", err)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("the token went to another server")
	}
	if err := ensure(server.URL, server.URL+"/"); err != nil {
		t.Error(err)
	}
}
