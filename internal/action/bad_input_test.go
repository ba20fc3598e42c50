package action

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// badMemory bounds what the whole command may take for any of these inputs, in
// KiB as the kernel counts it, and badTime how long; both are far above what is
// needed, and far below what the input asks for.
const (
	badMemory = 800 << 10
	badTime   = 4 * time.Minute
)

// zeros reads as many zero bytes.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// pack makes a chart of one extra entry; size bytes of zeros are its content.
func pack(t *testing.T, header tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	packed := tar.NewWriter(zipped)
	chart := "apiVersion: v2\nname: bad\nversion: 1.0.0\n"
	for _, step := range []func() error{
		func() error {
			return packed.WriteHeader(&tar.Header{Name: "bad/Chart.yaml", Mode: 0o644, Size: int64(len(chart)), Typeflag: tar.TypeReg})
		},
		func() error { _, err := io.WriteString(packed, chart); return err },
		func() error { return packed.WriteHeader(&header) },
		func() error { _, err := io.CopyN(packed, zeros{}, header.Size); return err },
		packed.Close, zipped.Close,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

// badCharts serves Helm repositories, each broken in its own way.
func badCharts(t *testing.T) string {
	t.Helper()
	index := "apiVersion: v1\nentries:\n  bad:\n  - {apiVersion: v2, name: bad, version: 1.0.0, urls: [bad-1.0.0.tgz]}\n"
	large := pack(t, tar.Header{Name: "bad/zeros", Mode: 0o644, Size: 2 << 30, Typeflag: tar.TypeReg})
	linked := pack(t, tar.Header{Name: "bad/templates/passwd.yaml", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink})
	mux := http.NewServeMux()
	for _, name := range []string{"missing", "truncated", "unpacks", "linked"} {
		mux.HandleFunc("/"+name+"/index.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, index) })
	}
	mux.HandleFunc("/truncated/bad-1.0.0.tgz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(linked[:len(linked)/2]) })
	mux.HandleFunc("/unpacks/bad-1.0.0.tgz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(large) })
	mux.HandleFunc("/linked/bad-1.0.0.tgz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(linked) })
	mux.HandleFunc("/login/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	mux.HandleFunc("/large/index.yaml", func(w http.ResponseWriter, _ *http.Request) {
		line := []byte("# " + strings.Repeat("x", 1021) + "\n")
		for range 60 << 10 {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// aliases is a YAML document whose aliases stand for 10^9 strings.
func aliases() string {
	text := "a0: &a0 x\n"
	for i := 1; i < 10; i++ {
		text += strings.NewReplacer("I", string(rune('0'+i)), "J", string(rune('0'+i-1))).Replace("aI: &aI [" + strings.Repeat("*aJ, ", 9) + "*aJ]\n")
	}
	return text
}

// badApplication is the manifest of an Application named bad.
func badApplication(source string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: bad}\nspec:\n" +
		"  destination: {server: https://kubernetes.default.svc, namespace: shop}\n  source: " + source + "\n"
}

// TestBadInput runs the whole command with an Application that can't be
// rendered beside one that can. The bad one gets one error that says where, what
// was expected, and what to do; the other one is reported; nothing hangs, and
// nothing fills the memory.
func TestBadInput(t *testing.T) {
	t.Parallel()
	charts := badCharts(t)
	chart := func(at, version string) string {
		return "{repoURL: " + at + ", chart: bad, targetRevision: " + version + "}"
	}
	own := func(more string) string {
		return "{repoURL: https://github.com/octo/shop.git, targetRevision: main, path: bad" + more + "}"
	}
	const chartYAML = "apiVersion: v2\nname: bad\nversion: 1.0.0\n"
	for _, tt := range []struct {
		name, source string
		files        map[string]string // below bad/
		message      []string
		hint, file   string
	}{
		{name: "unknown host", source: chart("https://charts.nowhere.invalid", "1.0.0"), message: []string{"fetching the chart bad", "charts.nowhere.invalid"}},
		{name: "unknown Git host", source: "{repoURL: https://git.nowhere.invalid/octo/x.git, path: x}", message: []string{"https://git.nowhere.invalid/octo/x.git", "the host git.nowhere.invalid is unknown"}, hint: "Check repoURL"},
		{name: "login", source: chart(charts+"/login", "1.0.0"), message: []string{"401"}, hint: "credentials"},
		{name: "chart not found", source: chart(charts+"/missing", "1.0.0"), message: []string{"404"}},
		{name: "missing version", source: chart(charts+"/missing", "9.9.9"), message: []string{"the chart bad has no version 9.9.9; the newest are 1.0.0"}, hint: "targetRevision"},
		{name: "truncated archive", source: chart(charts+"/truncated", "1.0.0"), message: []string{"unexpected EOF"}},
		{name: "index of 60 MB", source: chart(charts+"/large", "1.0.0"), message: []string{"index.yaml", "50 MiB"}},
		{name: "unpacks to 2 GB", source: chart(charts+"/unpacks", "1.0.0"), message: []string{"expected at most"}},
		{name: "symbolic link out of a chart", source: chart(charts+"/linked", "1.0.0"), message: []string{"link"}},
		{name: "value file outside", source: own(", helm: {valueFiles: [../../../etc/passwd]}"), files: map[string]string{"Chart.yaml": chartYAML},
			message: []string{"file '../../../etc/passwd' resolved to outside repository root"}, hint: "stay inside"},
		{name: "value file of aliases", source: own(", helm: {valueFiles: [v.yaml]}"), files: map[string]string{"Chart.yaml": chartYAML, "v.yaml": aliases()},
			message: []string{"parsing the value file", "excessive aliasing"}, file: "v.yaml"},
		{name: "manifest of aliases", source: own(""), files: map[string]string{"m.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\n" + aliases()}, message: []string{"excessive aliasing"}, file: "bad/m.yaml"},
		{name: "Jsonnet import", source: own(""), files: map[string]string{"m.jsonnet": "{x: importstr '/etc/passwd'}\n"}, message: []string{"/etc/passwd", "outside repository root"}, file: "bad/m.jsonnet"},
		{name: "Kustomize option", source: own(""), files: map[string]string{"kustomization.yaml": "resources: ['https://git.nowhere.invalid/octo/x?ref=--upload-pack=touch%20/tmp/p']\n"},
			message: []string{"--upload-pack"}, file: "bad/kustomization.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for side, value := range map[string]string{"base": "before", "head": "after"} {
				put(t, filepath.Join(dir, side, "apps/good.yaml"), strings.Replace(strings.ReplaceAll(badApplication(own("")), "name: bad", "name: good"), "path: bad", "path: good", 1))
				put(t, filepath.Join(dir, side, "good/c.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: good}\ndata: {value: "+value+"}\n")
			}
			put(t, filepath.Join(dir, "head/apps/bad.yaml"), badApplication(tt.source))
			for name, text := range tt.files {
				put(t, filepath.Join(dir, "head/bad", name), text)
			}
			report := runBad(t, dir)
			good, bad := report["good"], report["bad"]
			if good.State != "changed" {
				t.Errorf("the other Application is %s", good.State)
			}
			if bad.State != "failed" || len(bad.Failures) != 1 {
				t.Fatalf("got %+v, want one failure", bad)
			}
			f := bad.Failures[0]
			t.Logf("%+v", f)
			for _, part := range tt.message {
				if !strings.Contains(f.Message, part) {
					t.Errorf("the message is %q, want %q in it", f.Message, part)
				}
			}
			if f.Source == "" || f.Hint == "" || !strings.Contains(f.Hint, tt.hint) || !strings.Contains(f.File, tt.file) {
				t.Errorf("source %q, hint %q (want %q in it), file %q (want %q)", f.Source, f.Hint, tt.hint, f.File, tt.file)
			}
		})
	}
}

// badResult is what report.json says of an Application.
type badResult struct {
	Name, State string
	Failures    []struct{ Source, File, Message, Hint string }
}

// runBad runs the command as a process of its own, so that what it took can be
// told.
func runBad(t *testing.T, dir string) map[string]badResult {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), badTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = []string{"argoplan", "--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"),
		"--repository", "octo/shop", "--base-branch", "main", "--report-dir", filepath.Join(dir, "out"), "--allowed-hosts", "127.0.0.1\ncharts.nowhere.invalid\ngit.nowhere.invalid"}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("it was still running after %s", badTime)
	}
	if cmd.ProcessState.ExitCode() != exitIncomplete {
		t.Fatalf("%v, want exit status %d:\n%s", err, exitIncomplete, out)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && usage.Maxrss > badMemory {
		t.Errorf("it took %d MiB", usage.Maxrss>>10)
	} else if ok {
		t.Logf("it took %d MiB, %s", usage.Maxrss>>10, cmd.ProcessState.UserTime())
	}
	data, err := os.ReadFile(filepath.Join(dir, "out/report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Applications []badResult }
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	byName := map[string]badResult{}
	for _, a := range report.Applications {
		byName[a.Name] = a
	}
	return byName
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
