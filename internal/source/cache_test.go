package source

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

// shelf is a Cache in memory.
type shelf struct {
	mu   sync.Mutex
	data map[string][]byte
}

func newShelf() *shelf { return &shelf{data: map[string][]byte{}} }

func (s *shelf) Get(kind string, key [32]byte) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.data[fmt.Sprint(kind, key)]
	return data, ok
}

func (s *shelf) Put(kind string, key [32]byte, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data[fmt.Sprint(kind, key)] = data
}

// spoil changes all that is kept.
func (s *shelf) spoil() {
	for key := range s.data {
		s.data[key] = []byte("garbage")
	}
}

func digestOf(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// chartHost serves one chart, and counts what it sends.
type chartHost struct {
	*httptest.Server
	index, archive string
	etags          bool
	sent           []string
	login          string
}

func newChartHost(t *testing.T, digest bool) *chartHost {
	t.Helper()
	h := &chartHost{archive: string(archiveOf(t, entry{name: "web/Chart.yaml", content: "name: web\n"})), etags: true}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	h.offer("1.0.0", digest)
	return h
}

func (h *chartHost) offer(version string, digest bool) {
	h.index = "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: " + version + ", urls: [web.tgz]"
	if digest {
		h.index += ", digest: " + digestOf([]byte(h.archive))
	}
	h.index += "}\n"
}

func (h *chartHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if user, _, _ := r.BasicAuth(); user != h.login {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body := map[bool]string{true: h.index, false: h.archive}[strings.HasSuffix(r.URL.Path, "index.yaml")]
	tag := `"` + digestOf([]byte(body)) + `"`
	if h.etags {
		w.Header().Set("ETag", tag)
	}
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.sent = append(h.sent, r.URL.Path)
	_, _ = w.Write([]byte(body))
}

// TestCacheOfCharts fetches a chart in one run after the other.
func TestCacheOfCharts(t *testing.T) {
	t.Parallel()
	kept, host := newShelf(), newChartHost(t, true)
	fetch := func(want ...string) {
		t.Helper()
		host.sent = nil
		f := gitFetcher(t, func(o *Options) { o.Cache = kept })
		chart, err := f.Chart(t.Context(), host.URL, "web", "*")
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, filepath.Join(chart.Dir, "Chart.yaml")); got != "name: web\n" {
			t.Errorf("the chart is %q", got)
		}
		if strings.Join(host.sent, " ") != strings.Join(want, " ") {
			t.Errorf("the server sent %q, want %q", host.sent, want)
		}
		if _, ok := f.Identity(chart.Dir); !ok {
			t.Error("the chart has no identity")
		}
	}
	fetch("/index.yaml", "/web.tgz")
	fetch()
	host.offer("1.1.0", true) // of the same content
	fetch("/index.yaml")
	kept.spoil()
	fetch("/index.yaml", "/web.tgz")
	host.offer("1.2.0", false) // asked for, and not sent
	fetch("/index.yaml")
	host.etags = false
	kept.data = map[string][]byte{}
	fetch("/index.yaml", "/web.tgz")
	fetch("/index.yaml", "/web.tgz")
	if len(kept.data) != 0 {
		t.Errorf("%d answers of a server without ETags are kept", len(kept.data))
	}
}

// TestCacheHoldsNothingOfALogin logs in by a Secret, and by the URL.
func TestCacheHoldsNothingOfALogin(t *testing.T) {
	t.Parallel()
	host := newChartHost(t, true)
	host.login = "me"
	for _, test := range []struct {
		url         string
		credentials argocd.Credentials
	}{
		{host.URL, credentials(t, "repository", "type", "helm", "url", host.URL, "username", "me", "password", "x")},
		{strings.Replace(host.URL, "http://", "http://me:x@", 1), argocd.Credentials{}},
	} {
		kept := newShelf()
		f := gitFetcher(t, func(o *Options) { o.Cache, o.Credentials = kept, test.credentials })
		chart, err := f.Chart(t.Context(), test.url, "web", "1.0.0")
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := f.Identity(chart.Dir); ok || len(kept.data) != 0 {
			t.Errorf("%d things are kept, the chart has an identity: %t", len(kept.data), ok)
		}
	}
}

// TestCacheOfCommits asks for the refs alone, and checks the objects.
func TestCacheOfCommits(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	for name, login := range map[string]string{"anonymous": "", "login": "Basic bWU6eA=="} {
		host, kept := u.serveGit(login), newShelf()
		fetch := func(packs int) {
			t.Helper()
			before := host.count("POST /org/web/git-upload-pack")
			f := gitFetcher(t, func(o *Options) {
				o.Cache = kept
				if login != "" {
					o.Credentials = credentials(t, "repository", "type", "git", "url", host.URL+"/org/web", "username", "me", "password", "x")
				}
			})
			tree, err := f.Git(t.Context(), host.URL+"/org/web", u.ids["main"], "")
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := f.Identity(tree.Dir); ok != (login == "") {
				t.Errorf("%s: the tree has an identity: %t", name, ok)
			}
			if got := host.count("POST /org/web/git-upload-pack") - before; (got > 0) != (packs > 0) {
				t.Errorf("%s: %d requests for objects", name, got)
			}
		}
		fetch(1)
		if login != "" {
			fetch(1)
			continue
		}
		fetch(0)
		kept.spoil()
		fetch(1)
	}
}

// TestCacheOfArtifacts resolves the tag and fetches nothing of what it had.
func TestCacheOfArtifacts(t *testing.T) {
	t.Parallel()
	h, kept := newOCIHost(t), newShelf()
	h.push(t, "org/web", "1.0.0", gzipLayer, string(archiveOf(t, entry{name: "a.yaml", content: "a\n"})))
	login := credentials(t, "repository", "type", "oci", "url", "oci://"+h.name("org/web"), "insecureOCIForceHttp", "true")
	for run, want := range []bool{true, false, true} {
		if h.requests = nil; run == 2 {
			kept.spoil()
		}
		f := gitFetcher(t, func(o *Options) { o.Cache, o.Credentials = kept, login })
		tree, err := f.OCI(t.Context(), "oci://"+h.name("org/web"), "1.0.0")
		if err != nil || read(t, filepath.Join(tree.Dir, "a.yaml")) != "a\n" {
			t.Fatal(err)
		}
		if asked := strings.Contains(strings.Join(h.requests, "\n"), "/blobs/"); asked != want || len(h.requests) == 0 {
			t.Errorf("run %d asked %q", run, h.requests)
		}
	}
}
