package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func TestChart(t *testing.T) {
	t.Parallel()
	archive := webChart(t, "1.1.0")
	server := serve(t, map[string]http.HandlerFunc{
		"/index.yaml":        text(indexOf("1.0.0", "1.1.0")),
		"/web-1.1.0.tgz":     text(archive),
		"/old/index.yaml":    http.RedirectHandler("/index.yaml", http.StatusFound).ServeHTTP,
		"/old/web-1.1.0.tgz": http.RedirectHandler("/web-1.1.0.tgz", http.StatusMovedPermanently).ServeHTTP,
		"/abs/index.yaml": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.1.0, digest: %q, urls: ['http://%s/web-1.1.0.tgz']}\n",
				"sha256:"+strings.ToUpper(digest(archive)), r.Host)
		},
	})
	for name, tt := range map[string]struct{ path, version, want string }{
		"exact":            {"", "1.1.0", "1.1.0"},
		"range":            {"/", "1.x", "1.1.0"},
		"redirect":         {"/old", "^1.0.0", "1.1.0"},
		"absolute, digest": {"/abs/", "1.1.0", "1.1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chart, err := fetcher(t, Mirrors{}).Chart(t.Context(), server.URL+tt.path, "web", tt.version)
			if err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(filepath.Join(chart.Dir, "Chart.yaml"))
			if err != nil || !strings.Contains(string(content), "version: 1.1.0") {
				t.Errorf("Chart.yaml holds %q, %v", content, err)
			}
			if filepath.Base(chart.Dir) != "web" || chart.Version != tt.want {
				t.Errorf("got %+v", chart)
			}
		})
	}
}

func TestChartOnce(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{
		"/index.yaml":    text(indexOf("1.0.0")),
		"/web-1.0.0.tgz": text(webChart(t, "1.0.0")),
	})
	f := fetcher(t, Mirrors{})
	versions := []string{"1.0.0", "1.x", "*", "~1.0"}
	dirs := make([]string, 40)
	var group sync.WaitGroup
	for i := range dirs {
		group.Go(func() {
			chart, err := f.Chart(context.Background(), server.URL, "web", versions[i%len(versions)])
			if err != nil {
				t.Error(err)
			}
			dirs[i] = chart.Dir
		})
	}
	group.Wait()
	for _, dir := range dirs {
		if dir != dirs[0] {
			t.Errorf("the chart was unpacked twice: %s and %s", dir, dirs[0])
		}
	}
	for _, path := range []string{"/index.yaml", "/web-1.0.0.tgz"} {
		if got := server.requests(path); got != 1 {
			t.Errorf("%s was asked for %d times, want once", path, got)
		}
	}
}

func TestChartErrors(t *testing.T) {
	t.Parallel()
	archive := webChart(t, "1.0.0")
	wrongDigest := "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0, digest: abc, urls: [web.tgz]}\n"
	server := serve(t, map[string]http.HandlerFunc{
		"/secret/index.yaml":    status(http.StatusUnauthorized),
		"/forbidden/index.yaml": status(http.StatusForbidden),
		"/html/index.yaml":      text("\n<!DOCTYPE html><title>Sign in</title>"),
		"/empty/index.yaml":     text(""),
		"/text/index.yaml":      text("hello"),
		"/panic/index.yaml":     text("apiVersion: v1\nentries: {web: [null]}\n"),
		"/nochart/index.yaml":   text(indexOf("2.0.0")),
		"/gone/index.yaml":      text(indexOf("1.0.0")),
		"/digest/index.yaml":    text(wrongDigest),
		"/digest/web.tgz":       text(archive),
		"/cut/index.yaml":       text(indexOf("1.0.0")),
		"/cut/web-1.0.0.tgz":    text(archive[:len(archive)/2]),
		"/page/index.yaml":      text(indexOf("1.0.0")),
		"/page/web-1.0.0.tgz":   text("<html>"),
		"/other/index.yaml":     text(indexOf("1.0.0")),
		"/other/web-1.0.0.tgz":  text(archiveOf(t, entry{name: "api/Chart.yaml", content: "name: api"})),
		"/nourl/index.yaml":     text("apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0}\n"),
		"/teapot/index.yaml":    status(http.StatusTeapot),
		"/short/index.yaml": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("apiVersion: v1"))
		},
	})
	tests := map[string]struct{ path, want, hint string }{
		"unauthorized":      {"secret", "expected status 200, found 401 Unauthorized", "credentials"},
		"forbidden":         {"forbidden", "found 403 Forbidden", "credentials"},
		"no index":          {"nothing", "/nothing/index.yaml: expected status 200, found 404 Not Found", "index.yaml below its repoURL"},
		"html index":        {"html", "expected a chart repository's file, found HTML", "web page"},
		"empty index":       {"empty", "expected content, found an empty file", ""},
		"text index":        {"text", "reading the index of " + server.URL + "/text", ""},
		"odd index":         {"panic", "fetching the chart web 1.0.0", ""},
		"no such version":   {"nochart", "the chart web has no version 1.0.0; the newest are 2.0.0", "that the repository has"},
		"archive gone":      {"gone", "/gone/web-1.0.0.tgz: expected status 200, found 404", ""},
		"wrong digest":      {"digest", "expected the digest sha256:abc of the index, found sha256:" + digest(archive), "truncated"},
		"truncated archive": {"cut", "the archive is truncated", "Run again"},
		"html archive":      {"page", "found HTML", "web page"},
		"other chart":       {"other", "expected a directory web in the archive", ""},
		"no URL":            {"nourl", "expected the index to give a URL for version 1.0.0", ""},
		"other status":      {"teapot", "found 418", ""},
		"broken off":        {"short", "the answer broke off after 14 bytes", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fetcher(t, Mirrors{})
			_, err := f.Chart(t.Context(), server.URL+"/"+tt.path, "web", "1.0.0")
			wantError(t, err, "fetching the chart web 1.0.0: ", tt.want)
			if !strings.Contains(fault.HintOf(err), tt.hint) {
				t.Errorf("hint is %q, want %q in it", fault.HintOf(err), tt.hint)
			}
		})
	}
}

func TestChartNotSupported(t *testing.T) {
	t.Parallel()
	f := gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repository", "type", "helm", "url", "https://charts.example.com", "proxy", "http://proxy")
	})
	_, err := f.Chart(t.Context(), "https://charts.example.com", "web", "1.0.0")
	var unsupported *fault.Unsupported
	if !errors.As(err, &unsupported) || !strings.Contains(unsupported.Reason, "is reached with proxy") {
		t.Errorf("got %v, want it skipped", err)
	}
	_, err = f.Chart(t.Context(), "file:///etc", "web", "1.0.0")
	wantError(t, err, "expected the repoURL of a chart to begin with https://")
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	var waits int
	f := NewFetcher(Options{
		Scratch: t.TempDir(),
		Client: &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "charts.example.com", IsNotFound: true}
		}}},
		Sleep: func(context.Context, time.Duration) error { waits++; return nil },
	})
	_, err := f.Chart(t.Context(), "http://charts.example.com", "web", "1.0.0")
	wantError(t, err, "downloading http://charts.example.com/index.yaml: the host charts.example.com is unknown")
	if hint := fault.HintOf(err); !strings.Contains(hint, "mirror") || waits != 0 {
		t.Errorf("hint is %q after %d waits", hint, waits)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		failures, status, requests int
		wantErr                    string
	}{
		"recovers":         {failures: 2, status: 503, requests: 3},
		"gives up":         {failures: 9, status: 500, requests: 3, wantErr: "found 500"},
		"too many":         {failures: 1, status: 429, requests: 2},
		"not for a client": {failures: 9, status: 400, requests: 1, wantErr: "found 400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var failed atomic.Int64
			server := serve(t, map[string]http.HandlerFunc{"/x": func(w http.ResponseWriter, _ *http.Request) {
				if failed.Add(1) <= int64(tt.failures) {
					w.WriteHeader(tt.status)
				}
			}})
			var slept []time.Duration
			f := NewFetcher(Options{Scratch: t.TempDir(), Sleep: func(_ context.Context, d time.Duration) error {
				slept = append(slept, d)
				return nil
			}})
			_, err := f.fetch(t.Context(), server.URL+"/x", argocd.Credential{}, 10)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
			} else if err != nil {
				t.Error(err)
			}
			if got := server.requests("/x"); got != tt.requests || len(slept) != tt.requests-1 {
				t.Errorf("%d requests and waits %v, want %d requests", got, slept, tt.requests)
			}
		})
	}
}

func TestSlowRepository(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	f := NewFetcher(Options{
		Scratch: t.TempDir(),
		Client:  &http.Client{Timeout: 20 * time.Millisecond},
		Sleep:   func(context.Context, time.Duration) error { return nil },
	})
	_, err := f.Chart(t.Context(), server.URL, "web", "1.0.0")
	wantError(t, err, "downloading "+server.URL+"/index.yaml", "Client.Timeout")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewFetcher(Options{Scratch: t.TempDir()}).Chart(ctx, server.URL, "web", "1.0.0"); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that stops waiting gets %v", err)
	}
}

func TestSizeLimit(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{"/x": text(strings.Repeat("x", 11)), "/y": text(strings.Repeat("x", 10))})
	_, err := fetcher(t, Mirrors{}).fetch(t.Context(), server.URL+"/x", argocd.Credential{}, 10)
	wantError(t, err, "found more")
	if _, err = fetcher(t, Mirrors{}).fetch(t.Context(), server.URL+"/y", argocd.Credential{}, 10); err != nil {
		t.Error(err)
	}
}

func TestChartFromMirrors(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	write(t, filepath.Join(base, "charts/index.yaml"), []byte(
		"apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0, urls: ['https://charts.example.com/stable/packed/web.tgz']}\n"))
	write(t, filepath.Join(base, "charts/packed/web.tgz"), webChart(t, "1.0.0"))
	write(t, filepath.Join(base, "oci/index.yaml"), []byte(indexOf("1.0.0")))
	write(t, filepath.Join(base, "oci/web-1.0.0.tgz"), webChart(t, "1.0.0"))
	server := serve(t, map[string]http.HandlerFunc{
		"/m/index.yaml":    text(indexOf("1.0.0")),
		"/m/web-1.0.0.tgz": text(webChart(t, "1.0.0")),
	})
	mirrors, err := ParseMirrors([]string{
		"https://charts.example.com/stable=charts",
		"https://moved.example.com=" + server.URL + "/m",
		"oci://ghcr.io/org=oci",
	}, base)
	if err != nil {
		t.Fatal(err)
	}
	f := fetcher(t, mirrors)
	for _, repoURL := range []string{"https://charts.example.com/stable", "https://moved.example.com/", "oci://ghcr.io/org"} {
		chart, err := f.Chart(t.Context(), repoURL, "web", "1.x")
		if err != nil || chart.Version != "1.0.0" {
			t.Errorf("%s gives %+v, %v", repoURL, chart, err)
		}
	}
	_, err = f.Chart(t.Context(), "https://charts.example.com/stable", "wab", "1.x")
	wantError(t, err, "nearest names are web")
}

func TestGetters(t *testing.T) {
	t.Parallel()
	server := serve(t, map[string]http.HandlerFunc{"/values.yaml": text("a: 1\n"), "/index.yaml": text("<html>")})
	get, err := fetcher(t, Mirrors{}).Getters().ByScheme("http")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		content, err := get.Get(server.URL + "/values.yaml")
		if err != nil || content.String() != "a: 1\n" {
			t.Errorf("got %v, %v", content, err)
		}
	}
	if got := server.requests("/values.yaml"); got != 1 {
		t.Errorf("%d requests, want one", got)
	}
	_, err = get.Get(server.URL + "/index.yaml")
	wantError(t, err, "found HTML")
	_, err = get.Get(server.URL + "/nothing")
	wantError(t, err, "found 404")
	if _, err := fetcher(t, Mirrors{}).Getters().ByScheme("file"); err == nil {
		t.Error("file has a getter")
	}
}
