package source

import (
	"archive/tar"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
)

var startOfTime = time.Unix(0, 0)

// ociFetcher knows the registry as one that speaks HTTP, with these further
// fields of its Secret.
func ociFetcher(t *testing.T, h *ociHost, fields ...string) *Fetcher {
	t.Helper()
	return gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repo-creds", append([]string{
			"type", "helm", "enableOCI", "true", "insecureOCIForceHttp", "true", "url", h.name("org"),
		}, fields...)...)
	})
}

func TestChartFromRegistry(t *testing.T) {
	t.Parallel()
	h := newOCIHost(t)
	for _, version := range []string{"1.0.0", "1.1.0_build.1", "2.0.0-rc.1"} {
		h.push(t, "org/charts/web", version, "application/vnd.cncf.helm.chart.provenance.v1.prov", "x", chartLayer, string(webChart(t, strings.ReplaceAll(version, "_", "+"))))
	}
	f := ociFetcher(t, h)
	for asked, want := range map[string]string{"1.0.0": "1.0.0", "1.1.0+build.1": "1.1.0+build.1", "1.x": "1.1.0+build.1", "*": "1.1.0+build.1", ">=2.0.0-0": "2.0.0-rc.1"} {
		chart, err := f.Chart(t.Context(), h.name("org/charts"), "web", asked)
		if err != nil || chart.Version != want || filepath.Base(chart.Dir) != "web" {
			t.Errorf("%s gives %+v, %v, want %s", asked, chart, err, want)
		} else if got := read(t, chart.Dir, "Chart.yaml"); !strings.Contains(got, "version: "+want) {
			t.Errorf("%s gives %q", asked, got)
		}
	}
	if _, err := f.Chart(t.Context(), h.name("org"), "charts/web", "1.0.0"); err != nil {
		t.Errorf("a chart's name with a path gives %v", err)
	}
	for asked, want := range map[string]string{"3.x": "has no version 3.x; the newest are 2.0.0-rc.1, 1.1.0+build.1, 1.0.0", "3.0.0": "doesn't have it", "": "expected a version"} {
		_, err := f.Chart(t.Context(), h.name("org/charts"), "web", asked)
		wantError(t, err, want)
	}
}

func TestRegistryLogin(t *testing.T) {
	t.Parallel()
	h, storage := newOCIHost(t), newOCIHost(t)
	for _, host := range []*ociHost{h, storage} {
		host.push(t, "org/web", "1.0.0", chartLayer, string(webChart(t, "1.0.0")))
	}
	h.login, h.blobs = basic("me", "hunter2"), storage.URL
	if _, err := ociFetcher(t, h, "username", "me", "password", "hunter2").Chart(t.Context(), h.name("org"), "web", "1.0.0"); err != nil {
		t.Error(err)
	}
	if len(storage.requests) == 0 || slices.ContainsFunc(storage.requests, func(r string) bool { return strings.Contains(r, "Basic") }) {
		t.Errorf("the host of the blobs got %q", storage.requests)
	}
	for name, fields := range map[string][]string{"none": nil, "wrong": {"username", "me", "password", "c4n4ry"}} {
		_, err := ociFetcher(t, h, fields...).Chart(t.Context(), h.name("org"), "web", "1.0.0")
		if wantError(t, err, "fetching the chart web"); strings.Contains(fmt.Sprintf("%+v", err), "c4n4ry") || !strings.Contains(fault.HintOf(err), "credentials") {
			t.Errorf("%s: error is %q with the hint %q", name, err, fault.HintOf(err))
		}
	}
}

func TestRegistryWithBrokenBlob(t *testing.T) {
	t.Parallel()
	h := newOCIHost(t)
	h.push(t, "org/web", "1.0.0", chartLayer, string(webChart(t, "1.0.0")))
	for id, data := range h.content {
		if h.types[id] == "" && len(data) > 10 {
			data[len(data)-1] ^= 1
		}
	}
	_, err := ociFetcher(t, h).Chart(t.Context(), h.name("org"), "web", "1.0.0")
	wantError(t, err, "expected a layer with the digest sha256:")
}

func TestOCI(t *testing.T) {
	t.Parallel()
	h := newOCIHost(t)
	files := string(archiveOf(t, entry{name: "app/a.yaml", content: "one"}))
	var want string
	for tag, layer := range map[string][]string{"1.0.0": {gzipLayer, files}, "1.1.0": {tarLayer, string(plainTar(t, "app/a.yaml", "one"))}, "chart": {chartLayer, string(webChart(t, "1.0.0"))}} {
		id := h.push(t, "org/apps", tag, layer...)
		if tag == "1.1.0" {
			want = id
		}
	}
	f := ociFetcher(t, h)
	repoURL := "oci://" + h.name("org/apps")
	for _, revision := range []string{"1.1.0", "1.x", ">=1.0.0", want} {
		tree, err := f.OCI(t.Context(), repoURL, revision)
		if err != nil || tree.Revision != want || tree.Commit != want || read(t, tree.Dir, "app/a.yaml") != "one" {
			t.Errorf("%s gives %+v, %v", revision, tree, err)
		}
	}
	if tree, err := f.OCI(t.Context(), repoURL, "1.0.0"); err != nil || read(t, tree.Dir, "app/a.yaml") != "one" {
		t.Errorf("gzip gives %+v, %v", tree, err)
	}
	tree, err := f.OCI(t.Context(), repoURL, "chart")
	if err != nil || !strings.Contains(read(t, tree.Dir, "Chart.yaml"), "name: web") {
		t.Errorf("a chart gives %+v, %v", tree, err)
	}
	again, err := f.OCI(t.Context(), repoURL, "1.1.0")
	if first, _ := f.OCI(t.Context(), repoURL, "1.x"); err != nil || again.Dir != first.Dir {
		t.Errorf("one artifact was unpacked to %s and %s", again.Dir, first.Dir)
	}
}

func TestOCIErrors(t *testing.T) {
	t.Parallel()
	h := newOCIHost(t)
	files := string(archiveOf(t, entry{name: "a", content: "one"}))
	h.push(t, "org/apps", "two", gzipLayer, files, tarLayer, "x")
	h.push(t, "org/apps", "image", "application/vnd.docker.image.rootfs.diff.tar.gzip", files)
	h.push(t, "org/apps", "many", slices.Repeat([]string{gzipLayer, files}, maxLayers+1)...)
	h.push(t, "org/apps", "out", gzipLayer, string(archiveOf(t, entry{name: "../a", content: "x"})))
	h.push(t, "org/apps", "link", gzipLayer, string(archiveOf(t, entry{name: "a", kind: tar.TypeSymlink, target: "/etc"})))
	h.push(t, "org/apps", "chart", chartLayer, files)
	h.types[h.push(t, "org/apps", "index", gzipLayer, files+" ")] = "application/vnd.oci.image.index.v1+json"
	for revision, want := range map[string]string{
		"":        "expected a tag or a digest",
		"two":     "expected an artifact with one layer of files, found 2",
		"image":   "found 0 among the layers: application/vnd.docker.image.rootfs.diff.tar.gzip",
		"many":    "at most 10 layers, found 11",
		"out":     "expected a path inside of the archive",
		"link":    "expected the link to stay inside",
		"chart":   "expected one directory in the chart's archive",
		"index":   "found an index of several",
		"missing": "doesn't have it",
		"9.x":     "has no version 9.x",
	} {
		_, err := ociFetcher(t, h).OCI(t.Context(), "oci://"+h.name("org/apps"), revision)
		wantError(t, err, want)
	}
	for repoURL, want := range map[string]string{"oci://" + h.name("org/apps:1.0.0"): "expected the address of an OCI repository", "oci://": "expected the address"} {
		_, err := ociFetcher(t, h).OCI(t.Context(), repoURL, "1.0.0")
		wantError(t, err, want)
	}
}

func plainTar(t *testing.T, name, content string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.tar")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := tar.NewWriter(file)
	if err := packed.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if _, err := packed.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte(read(t, path))
}
