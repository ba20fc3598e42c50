package conformance

import (
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// World is a repository and the chart repository that its Applications use.
// Both programs read the same commit of it.
type World struct {
	Name string
	// Upstream is true for Argo CD's own test data.
	Upstream bool
	// Populate writes the tree.
	Populate func(dir string) error
	// Charts are directories of the tree that the chart repository serves.
	Charts []string

	once   sync.Once
	err    error
	dir    string // the Git repository
	commit string
	server *httptest.Server // the Git and the chart repository
}

// applicationsDir is where a world keeps the cases' Applications.
const applicationsDir = ".conformance"

// open builds the world when its first case needs it.
func (w *World) open(root string, cases []Case) error {
	w.once.Do(func() { w.err = w.build(root, cases) })
	return w.err
}

func (w *World) build(root string, cases []Case) error {
	w.dir = filepath.Join(root, "worlds", strings.ReplaceAll(w.Name, "/", "--"))
	chartDir := filepath.Join(root, "charts", filepath.Base(w.dir))
	for _, dir := range []string{w.dir, chartDir} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := w.serve(chartDir); err != nil {
		return err
	}
	if err := w.Populate(w.dir); err != nil {
		return fmt.Errorf("writing the tree of %s: %w", w.Name, err)
	}
	if err := w.writeApplications(cases); err != nil {
		return err
	}
	if err := w.packageCharts(chartDir); err != nil {
		return err
	}
	return w.commitAll()
}

// serve starts the server of both repositories. Git's own program answers for
// the first: Argo CD's client speaks no simpler protocol.
func (w *World) serve(chartDir string) error {
	out, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/charts/", http.StripPrefix("/charts/", http.FileServer(http.Dir(chartDir))))
	mux.Handle("/", &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(out)), "git-http-backend"),
		Env:  []string{"GIT_HTTP_EXPORT_ALL=1", "GIT_PROJECT_ROOT=" + filepath.Dir(w.dir)},
	})
	w.server = httptest.NewServer(mux)
	return nil
}

func (w *World) close() {
	if w.server != nil {
		w.server.Close()
	}
}

// url is the Git repository's.
func (w *World) url() string {
	if w.server == nil {
		return ""
	}
	return w.server.URL + "/" + filepath.Base(w.dir) + "/.git"
}

// fill puts the URLs into a text.
func (w *World) fill(text string) string {
	charts := ""
	if w.server != nil {
		charts = w.server.URL + "/charts"
	}
	return strings.NewReplacer("${REPO}", w.url(), "${CHARTS}", charts).Replace(text)
}

func (w *World) writeApplications(cases []Case) error {
	dir := filepath.Join(w.dir, applicationsDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range cases {
		c := &cases[i]
		if c.World != w {
			continue
		}
		text, err := c.text()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, c.fileName()+".yaml"), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) packageCharts(to string) error {
	for _, chart := range w.Charts {
		if err := run(w.dir, "helm", "package", chart, "--destination", to); err != nil {
			return err
		}
	}
	if len(w.Charts) == 0 {
		return nil
	}
	return run(to, "helm", "repo", "index", ".")
}

func (w *World) commitAll() error {
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch=main"},
		{"add", "--all", "--force"},
		{"-c", "user.name=conformance", "-c", "user.email=conformance@example.com", "commit", "--quiet", "--allow-empty", "--message=all"},
	} {
		if err := run(w.dir, "git", args...); err != nil {
			return err
		}
	}
	out, err := exec.Command("git", "-C", w.dir, "rev-parse", "HEAD").Output()
	w.commit = strings.TrimSpace(string(out))
	return err
}

func run(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("running %s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
