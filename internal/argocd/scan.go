package argocd

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// maxFile bounds a file that is looked at, in bytes. What a cluster stores is
// far smaller; a generated dump in the repository may not be.
const maxFile = 32 << 20

// Files are the files of one tree that may hold objects of Argo CD's. A tree is
// walked once; what its Applications, plugins and settings are is then read
// from these.
type Files struct {
	tree  string
	files []*file // in lexical order
	// mentions are the files, the templates of charts among them, that may
	// hold an Application for another Application to render.
	mentions []string
}

// Mentions gives the files, in lexical order, that an Application may render
// Applications or ApplicationSets from: they name the kind, or Argo CD's API group
// and the word. Of AppProjects and the Secrets of clusters those are among them
// that nothing reads as they stand.
func (f *Files) Mentions() []string { return f.mentions }

// file is one of them.
type file struct {
	name string // slash-separated, relative to the tree
	data []byte
	docs []*document
	// found are its Applications, once they were asked for.
	found *Found
}

// documents splits the file, once.
func (f *file) documents() []*document {
	if f.docs == nil {
		f.docs = documents(f.data)
	}
	return f.docs
}

// Scan reads a tree, a directory or a single file: files named *.yaml, *.yml or *.json
// that mention Argo CD. Symbolic links and .git are left out, and the templates
// of charts are Mentions alone: Argo CD applies none of these as they stand.
func Scan(tree string) (*Files, error) {
	found := Files{tree: tree}
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipDir(tree, path, d.Name())
		}
		if !d.Type().IsRegular() || !mayMention(d.Name()) {
			return nil
		}
		return found.read(tree, path)
	})
	if err != nil {
		return nil, fmt.Errorf("looking for Applications: %w", err)
	}
	return &found, nil
}

// read keeps a file that mentions Argo CD. Most files of a large repository
// don't, and are not parsed.
func (f *Files) read(tree, path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() > maxFile {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil || !mentionsArgoCD(data) {
		return err
	}
	name, err := filepath.Rel(tree, path)
	if err != nil {
		return err
	}
	if name = filepath.ToSlash(name); name == "." {
		name = filepath.Base(path)
	}
	stands := manifestFile(name) && !inTemplates(tree, name)
	if mayRender(data, stands) {
		f.mentions = append(f.mentions, name)
	}
	if stands {
		f.files = append(f.files, &file{name: name, data: data})
	}
	return nil
}

// kindApplication finds the kind, whatever the API group beside it is made of.
var kindApplication = regexp.MustCompile(`kind["']?\s*:\s*["']?Application`)

// mayRender says whether Argo CD's objects may come from a file by way of an
// Application. stands is true if the file is read as it stands, too.
func mayRender(data []byte, stands bool) bool {
	has := func(word string) bool { return bytes.Contains(data, []byte(word)) }
	if has("Application") && (has(group) || kindApplication.Match(data)) {
		return true
	}
	return !stands && (has("AppProject") || has("secret-type") && has("cluster"))
}

// inTemplates is true for a file below the templates of a chart.
func inTemplates(tree, name string) bool {
	for dir := filepath.Dir(name); dir != "."; dir = filepath.Dir(dir) {
		if filepath.Base(dir) == "templates" && isFile(filepath.Join(tree, filepath.Dir(dir), "Chart.yaml")) {
			return true
		}
	}
	return false
}

// mentionsArgoCD says whether text may hold one of Argo CD's objects, or values
// of its chart.
func mentionsArgoCD(text []byte) bool {
	for _, word := range []string{group, pluginKind, "argocd-c", "configs"} {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return mayRender(text, true)
}

// skipDir keeps Scan out of directories that hold no manifests of their own.
func skipDir(tree, path, name string) error {
	if path == tree {
		return nil
	}
	if name == ".git" {
		return filepath.SkipDir
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

// mayMention adds what charts and Jsonnet make manifests from.
func mayMention(name string) bool {
	ext := filepath.Ext(name)
	return manifestFile(name) || ext == ".tpl" || ext == ".jsonnet" || ext == ".libsonnet" || ext == ".gotmpl"
}

func manifestFile(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}
