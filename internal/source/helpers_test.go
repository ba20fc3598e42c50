package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// tree writes files, given as path and content in turn, and gives their
// directory.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		write(t, filepath.Join(dir, files[i]), []byte(files[i+1]))
	}
	return dir
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// wantError fails unless err's text holds every part.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error is %q, want %q in it", err, part)
		}
	}
}

// entry is one member of an archive; a link has a target.
type entry struct {
	name, content, target string
	kind                  byte
}

// archiveOf packs entries as tar.gz.
func archiveOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	packed := tar.NewWriter(zipped)
	for _, e := range entries {
		if e.kind == 0 {
			e.kind = tar.TypeReg
		}
		header := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.target, Size: int64(len(e.content)), Mode: 0o644}
		if err := packed.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := packed.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// webChart is an archive of the chart web.
func webChart(t *testing.T, version string) []byte {
	t.Helper()
	return archiveOf(t,
		entry{name: "web/Chart.yaml", content: "apiVersion: v2\nname: web\nversion: " + version + "\n"},
		entry{name: "web/templates/web.yaml", content: "kind: ConfigMap\n"})
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// indexOf lists versions of the chart web, URLs relative to the index.
func indexOf(versions ...string) string {
	text := "apiVersion: v1\nentries:\n  web:\n"
	for _, version := range versions {
		text += fmt.Sprintf("  - {apiVersion: v2, name: web, version: %q, urls: [web-%s.tgz]}\n", version, version)
	}
	return text
}

// repository serves files by path and counts the requests for each.
type repository struct {
	*httptest.Server
	mu    sync.Mutex
	count map[string]int
}

func serve(t *testing.T, files map[string]http.HandlerFunc) *repository {
	t.Helper()
	r := &repository{count: map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		r.count[request.URL.Path]++
		r.mu.Unlock()
		if handler, ok := files[request.URL.Path]; ok {
			handler(w, request)
			return
		}
		http.NotFound(w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *repository) requests(path string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count[path]
}

// text answers with a file.
func text[T string | []byte](content T) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(content)) }
}

// status answers with nothing else.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// fetcher doesn't wait between tries.
func fetcher(t *testing.T, mirrors Mirrors) *Fetcher {
	t.Helper()
	return NewFetcher(Options{
		Scratch: t.TempDir(),
		Mirrors: mirrors,
		Sleep:   func(context.Context, time.Duration) error { return nil },
	})
}
