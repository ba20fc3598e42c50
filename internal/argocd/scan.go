package argocd

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"

	"github.com/argoplan/argoplan/internal/tree"
)

// maxFile bounds a file that is looked at, in bytes. What a cluster stores is
// far smaller; a generated dump in the repository may not be.
const maxFile = 32 << 20

// Files are the files of one tree that may hold objects of Argo CD's. A tree is
// walked once; what its Applications, plugins and settings are is then read
// from these.
type Files struct {
	tree  tree.FS
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

// Scan reads a tree: files named *.yaml, *.yml or *.json that mention Argo CD.
// Symbolic links and .git are left out, and the templates of charts are Mentions
// alone: Argo CD applies none of these as they stand.
func Scan(files tree.FS) (*Files, error) {
	found := &Files{tree: files}
	names, err := candidates(files)
	for some := range slices.Chunk(names, atOnce) {
		if err == nil {
			err = found.readAll(some)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("looking for Applications: %w", err)
	}
	return found, nil
}

// candidates gives the files that may mention Argo CD, in the order of a walk.
func candidates(files tree.FS) (names []string, err error) {
	if s, ok := files.(tree.Searcher); ok {
		names, err = s.Search(append(words(), "Application"), mayMentionIn, maxFile)
		slices.SortFunc(names, walkOrder)
		return names, err
	}
	err = tree.Walk(files, func(name string, d fs.DirEntry) (bool, error) {
		if d.Type().IsRegular() && mayMention(name) {
			names = append(names, name)
		}
		return d.Name() != ".git", nil
	})
	return names, err
}

// atOnce bounds how many files are read at once.
const atOnce = 512

// readAll reads files, together if the tree can.
func (f *Files) readAll(names []string) error {
	if b, ok := f.tree.(tree.Batcher); ok && f.noneIsLarge(names) {
		if texts, err := b.ReadFiles(names); err == nil {
			for i, name := range names {
				f.keep(name, texts[i])
			}
			return nil
		}
	}
	for _, name := range names {
		if err := f.read(name); err != nil {
			return err
		}
	}
	return nil
}

func (f *Files) noneIsLarge(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		info, err := f.tree.Stat(name)
		return err != nil || info.Size() > maxFile
	})
}

func (f *Files) read(name string) error {
	if info, err := f.tree.Stat(name); err != nil || info.Size() > maxFile {
		return err
	}
	data, err := f.tree.ReadFile(name)
	if err == nil {
		f.keep(name, data)
	}
	return err
}

// keep keeps a file that mentions Argo CD. Most files of a large repository
// don't, and are not parsed.
func (f *Files) keep(name string, data []byte) {
	if !mentionsArgoCD(data) {
		return
	}
	stands := manifestFile(name) && !inTemplates(f.tree, name)
	if mayRender(data, stands) {
		f.mentions = append(f.mentions, name)
	}
	if stands {
		f.files = append(f.files, &file{name: name, data: data})
	}
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
func inTemplates(files tree.FS, name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if path.Base(dir) == "templates" && isFile(files, path.Join(path.Dir(dir), "Chart.yaml")) {
			return true
		}
	}
	return false
}

// words are such that a file without any of them, and without "Application",
// holds none of Argo CD's objects, nor values of its chart.
func words() []string { return []string{group, pluginKind, "argocd-c", "configs"} }

// mentionsArgoCD says whether text may hold one of Argo CD's objects, or values
// of its chart.
func mentionsArgoCD(text []byte) bool {
	for _, word := range words() {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return mayRender(text, true)
}

func isFile(files tree.FS, name string) bool {
	info, err := files.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}

// mayMentionIn are the extensions of what may mention Argo CD: manifests, and
// what charts and Jsonnet make them from.
var mayMentionIn = []string{".yaml", ".yml", ".json", ".tpl", ".jsonnet", ".libsonnet", ".gotmpl"}

func mayMention(name string) bool { return slices.Contains(mayMentionIn, path.Ext(name)) }

func manifestFile(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}
