package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	// Trees are directories of the tree that the OCI registry serves.
	Trees []string

	once   sync.Once
	err    error
	dir    string           // the tree, which argoplan reads
	git    string           // the Git repository, which Argo CD reads
	urls   string           // a directory with a link to git for each case
	server *httptest.Server // the chart repository and the OCI registry
	oci    *registry
}

// open builds the world when its first case needs it, below root.
func (w *World) open(root string) error {
	w.once.Do(func() { w.err = w.build(root) })
	return w.err
}

func (w *World) build(root string) error {
	name := strings.ReplaceAll(w.Name, "/", "--")
	w.dir, w.git, w.urls = filepath.Join(root, "trees", name, "tree"), filepath.Join(root, "git", name, ".git"), filepath.Join(root, "urls", name)
	charts := filepath.Join(root, "charts", name)
	for _, dir := range []string{w.dir, w.git, w.urls, charts} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	w.oci = newRegistry()
	mux := http.NewServeMux()
	mux.Handle("/charts/", http.StripPrefix("/charts/", http.FileServer(http.Dir(charts))))
	mux.Handle("/v2/", w.oci)
	w.server = httptest.NewServer(mux)
	if err := w.Populate(w.dir); err != nil {
		return fmt.Errorf("writing the tree of %s: %w", w.Name, err)
	}
	if err := w.packageCharts(charts); err != nil {
		return err
	}
	if err := w.pushAll(charts); err != nil {
		return err
	}
	return w.commitAll()
}

// finish holds that no render wrote into the tree.
func (w *World) finish() error {
	if w.server == nil {
		return nil
	}
	w.server.Close()
	out, err := exec.Command("git", "--git-dir", w.git, "--work-tree", w.dir, "status", "--porcelain", "--ignored").CombinedOutput()
	if err == nil && len(out) > 0 {
		err = fmt.Errorf("rendering changed the tree of %s: %s", w.Name, out)
	}
	return err
}

// url gives a case a URL of its own for the repository. Argo CD keeps one
// checkout for each URL, and Helm and plugins leave things in it.
func (w *World) url(c string) (string, error) {
	link := filepath.Join(w.urls, c+".git")
	if err := os.Symlink(w.git, link); err != nil && !os.IsExist(err) {
		return "", err
	}
	return "file://localhost" + filepath.ToSlash(link), nil
}

// fill puts the URL of the chart repository into a text.
func (w *World) fill(text string) string {
	if w.server == nil {
		return text
	}
	return strings.ReplaceAll(text, "${CHARTS}", w.server.URL+"/charts")
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

// pushAll fills the registry.
func (w *World) pushAll(charts string) error {
	packages, err := filepath.Glob(filepath.Join(charts, "*.tgz"))
	for _, path := range packages {
		err = errors.Join(err, w.oci.pushChart(path))
	}
	for _, dir := range w.Trees {
		err = errors.Join(err, w.oci.pushTree(filepath.Join(w.dir, dir)))
	}
	return err
}

// host is the registry's.
func (w *World) host() string { return w.server.Listener.Addr().String() }

func (w *World) commitAll() error {
	git := []string{"--git-dir", w.git, "--work-tree", w.dir, "-c", "user.name=conformance", "-c", "user.email=conformance@example.com"}
	if err := run(w.dir, "git", "init", "--quiet", "--initial-branch=main", filepath.Dir(w.git)); err != nil {
		return err
	}
	for _, args := range [][]string{{"add", "--all", "--force"}, {"commit", "--quiet", "--allow-empty", "--message=all"}} {
		if err := run(w.dir, "git", append(slices.Clone(git), args...)...); err != nil {
			return err
		}
	}
	return nil
}

func run(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("running %s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
