package source

import (
	"context"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/git"
)

// upstream is a repository with two commits on main, a branch, lightweight and
// annotated tags, served by git itself over HTTP.
type upstream struct {
	t   *testing.T
	dir string // of the repository, below root
	ids map[string]string
}

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	u := &upstream{t: t, dir: filepath.Join(t.TempDir(), "org", "web.git"), ids: map[string]string{}}
	if err := os.MkdirAll(u.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	u.git("init", "--quiet", "--initial-branch=main")
	u.commit("1.0.0", "app/a.yaml", "one")
	u.git("tag", "1.0.0")
	u.git("tag", "web-2.0.0")
	u.commit("1.1.0", "app/a.yaml", "two")
	u.git("tag", "--annotate", "--message=release", "1.1.0")
	u.ids["tag 1.1.0"] = u.git("rev-parse", "1.1.0")
	u.git("branch", "stable")
	u.git("branch", "1.x")
	u.commit("main", "app/a.yaml", "three")
	return u
}

func (u *upstream) git(args ...string) string {
	u.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = u.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2020-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		u.t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes a file and remembers the commit by name.
func (u *upstream) commit(name, path, content string) {
	u.t.Helper()
	write(u.t, filepath.Join(u.dir, path), []byte(content))
	u.git("add", "--all")
	u.git("commit", "--quiet", "--message=change")
	u.ids[name] = u.git("rev-parse", "HEAD")
}

// gitHost serves a repository and notes what it is asked for.
type gitHost struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	headers  []string // Authorization, one for each request
}

// serveGit answers at /org/web; login is what Authorization must hold, "" lets
// everybody in.
func (u *upstream) serveGit(login string) *gitHost {
	u.t.Helper()
	core, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		u.t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"), Root: "/", Dir: u.dir,
		Env:    []string{"GIT_PROJECT_ROOT=" + filepath.Dir(filepath.Dir(u.dir)), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=/nonexistent"},
		Stderr: io.Discard,
	}
	host := &gitHost{}
	host.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host.mu.Lock()
		host.requests = append(host.requests, r.Method+" "+r.URL.RequestURI())
		host.headers = append(host.headers, r.Header.Get("Authorization"))
		host.mu.Unlock()
		if login != "" && r.Header.Get("Authorization") != login {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	u.t.Cleanup(host.Close)
	return host
}

// count is how many requests had this in their line.
func (h *gitHost) count(part string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, r := range h.requests {
		if strings.Contains(r, part) {
			n++
		}
	}
	return n
}

// gitFetcher may speak HTTP with the servers of the tests.
func gitFetcher(t *testing.T, change func(*Options)) *Fetcher {
	t.Helper()
	o := Options{
		Scratch: t.TempDir(),
		Git:     git.Options{Env: []string{"PATH=" + os.Getenv("PATH")}, Protocols: []string{"http", "ssh"}, Timeout: time.Minute},
		Sleep:   func(context.Context, time.Duration) error { return nil },
	}
	if change != nil {
		change(&o)
	}
	return NewFetcher(o)
}

// credentials reads Secrets, given as fields of stringData.
func credentials(t *testing.T, kind string, fields ...string) argocd.Credentials {
	t.Helper()
	text := "kind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: " + kind + "}}\nstringData:\n"
	for i := 0; i < len(fields); i += 2 {
		text += "  " + fields[i] + ": |-\n    " + strings.ReplaceAll(fields[i+1], "\n", "\n    ") + "\n"
	}
	c, err := argocd.Credentials{}.ReadCredentials("a test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
