package source

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	ocidigest "github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// ociHost is the reading half of a registry.
type ociHost struct {
	*httptest.Server
	mu       sync.Mutex
	content  map[string][]byte            // by digest
	types    map[string]string            // of manifests, by digest
	tags     map[string]map[string]string // repository, tag, digest
	login    string                       // what Authorization must hold; "" lets everybody in
	blobs    string                       // where blobs are redirected to; "" serves them
	requests []string
}

func newOCIHost(t *testing.T) *ociHost {
	t.Helper()
	h := &ociHost{content: map[string][]byte{}, types: map[string]string{}, tags: map[string]map[string]string{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

// name is a repository of this registry, without a scheme.
func (h *ociHost) name(path string) string { return strings.TrimPrefix(h.URL, "http://") + "/" + path }

// push stores an artifact; layers are media type and content in turn.
func (h *ociHost) push(t *testing.T, repository, tag string, layers ...string) string {
	t.Helper()
	manifest := ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: h.blob("application/json", "{}")}
	manifest.SchemaVersion = 2
	for i := 0; i < len(layers); i += 2 {
		manifest.Layers = append(manifest.Layers, h.blob(layers[i], layers[i+1]))
	}
	data, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	id := string(h.blob(manifest.MediaType, string(data)).Digest)
	h.types[id] = manifest.MediaType
	if h.tags[repository] == nil {
		h.tags[repository] = map[string]string{}
	}
	h.tags[repository][tag] = id
	return id
}

func (h *ociHost) blob(mediaType, data string) ocispec.Descriptor {
	sum := sha256.Sum256([]byte(data))
	id := "sha256:" + hex.EncodeToString(sum[:])
	h.content[id] = []byte(data)
	return ocispec.Descriptor{MediaType: mediaType, Digest: ocidigest.Digest(id), Size: int64(len(data))}
}

func (h *ociHost) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.requests = append(h.requests, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	if h.login != "" && r.Header.Get("Authorization") != h.login {
		w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2/")
	if repository, ok := strings.CutSuffix(path, "/tags/list"); ok {
		var names []string
		for tag := range h.tags[repository] {
			names = append(names, tag)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"name": repository, "tags": names})
		return
	}
	if repository, id, ok := strings.Cut(path, "/blobs/"); ok && h.blobs != "" {
		http.Redirect(w, r, h.blobs+"/v2/"+repository+"/blobs/"+id, http.StatusTemporaryRedirect)
		return
	}
	h.serveContent(w, r, path)
}

func (h *ociHost) serveContent(w http.ResponseWriter, r *http.Request, path string) {
	repository, id, ok := strings.Cut(path, "/manifests/")
	if tagged := h.tags[repository][id]; ok && tagged != "" {
		id = tagged
	} else if !ok {
		_, id, _ = strings.Cut(path, "/blobs/")
	}
	data, ok := h.content[id]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Docker-Content-Digest", id)
	w.Header().Set("Content-Type", h.types[id])
	if h.types[id] == "" {
		w.Header().Set("Content-Type", "application/octet-stream")
	}
	http.ServeContent(w, r, "", startOfTime, strings.NewReader(string(data)))
}
