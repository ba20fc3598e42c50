package conformance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Media types of what the registry holds.
const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	treeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
	chartLayer   = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
	chartConfig  = "application/vnd.cncf.helm.config.v1+json"
)

// registry is the reading half of an OCI registry. The first part of each
// repository's name is ignored, so that each case has names of its own.
type registry struct {
	content map[string][]byte            // by digest
	tags    map[string]map[string]string // repository, tag, digest
}

// descriptor is a reference to content.
type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int    `json:"size"`
}

func newRegistry() *registry {
	return &registry{content: map[string][]byte{}, tags: map[string]map[string]string{}}
}

// push stores an artifact of one layer.
func (r *registry) push(repository, tag, configType, layerType string, layer []byte) error {
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": manifestType,
		"config": r.blob(configType, []byte("{}")), "layers": []descriptor{r.blob(layerType, layer)},
	})
	if err != nil {
		return err
	}
	if r.tags[repository] == nil {
		r.tags[repository] = map[string]string{}
	}
	r.tags[repository][tag] = r.blob(manifestType, manifest).Digest
	return nil
}

func (r *registry) blob(mediaType string, data []byte) descriptor {
	sum := sha256.Sum256(data)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	r.content[digest] = data
	return descriptor{mediaType, digest, len(data)}
}

// pushChart stores a chart's package, "name-1.2.3.tgz", as charts/name:1.2.3.
func (r *registry) pushChart(path string) error {
	name := strings.TrimSuffix(filepath.Base(path), ".tgz")
	cut := strings.LastIndex(name, "-")
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return r.push("charts/"+name[:cut], name[cut+1:], chartConfig, chartLayer, data)
}

// pushTree stores a directory as trees/<its last name>:1.0.0.
func (r *registry) pushTree(dir string) error {
	var layer bytes.Buffer
	packed := gzip.NewWriter(&layer)
	archive := tar.NewWriter(packed)
	err := archive.AddFS(os.DirFS(dir))
	if err == nil {
		err = archive.Close()
	}
	if err == nil {
		err = packed.Close()
	}
	if err != nil {
		return err
	}
	return r.push("trees/"+filepath.Base(dir), "1.0.0", "application/vnd.oci.empty.v1+json", treeLayer, layer.Bytes())
}

// ServeHTTP answers the requests of a pull.
func (r *registry) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	_, path, _ := strings.Cut(strings.TrimPrefix(q.URL.Path, "/v2/"), "/")
	switch {
	case q.URL.Path == "/v2/":
	case strings.HasSuffix(path, "/tags/list"):
		r.list(w, strings.TrimSuffix(path, "/tags/list"))
	default:
		repository, reference, isManifest := strings.Cut(path, "/manifests/")
		if !isManifest {
			repository, reference, _ = strings.Cut(path, "/blobs/")
		}
		if digest, ok := r.tags[repository][reference]; ok {
			reference = digest
		}
		data, ok := r.content[reference]
		if !ok || r.tags[repository] == nil {
			http.Error(w, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}`, http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		if isManifest {
			w.Header().Set("Content-Type", manifestType)
		}
		w.Header().Set("Docker-Content-Digest", reference)
		http.ServeContent(w, q, "", time.Time{}, bytes.NewReader(data))
	}
}

func (r *registry) list(w http.ResponseWriter, repository string) {
	tags := []string{}
	for tag := range r.tags[repository] {
		tags = append(tags, tag)
	}
	w.Header().Set("Content-Type", "application/json")
	if r.tags[repository] == nil {
		http.Error(w, `{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}`, http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"name": repository, "tags": tags})
}
