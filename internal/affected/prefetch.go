package affected

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/tree"
)

// prefetched bounds how many files are read at once.
const prefetched = 512

// Prefetch reads at once what questions about sources in these directories are
// going to read one by one, for asking Git for a file takes longer than looking into
// it. It changes no answer.
func (t *Tree) Prefetch(dirs []string) {
	byTree := map[*Tree][]string{}
	for _, dir := range dirs {
		if !filepath.IsLocal(filepath.FromSlash(dir)) {
			continue
		}
		for _, e := range t.list(dir) {
			name := path.Join(dir, e.Name())
			if of := t.same(name); isRead(e.Name()) && of.unread(name) {
				byTree[of] = append(byTree[of], name)
			}
		}
	}
	for of, names := range byTree {
		slices.Sort(names)
		for some := range slices.Chunk(slices.Compact(names), prefetched) {
			of.readAll(some)
		}
	}
}

// isRead says whether a file with this name is read wherever it is in a source.
func isRead(name string) bool {
	switch name {
	case "Chart.yaml", "requirements.yaml":
		return true
	}
	return slices.Contains(kustomizations, name) || slices.Contains(helmfiles, name) || strings.HasSuffix(name, ".jsonnet") ||
		strings.HasPrefix(name, ".argocd-source")
}

func (t *Tree) unread(name string) bool {
	_, known := t.files[name]
	return !known && t.kind(name) == 0
}

// readAll reads files if that is faster together. What can't be read that way is
// read later, one by one.
func (t *Tree) readAll(names []string) {
	b, ok := t.fs.(tree.Batcher)
	if !ok {
		return
	}
	texts, err := b.ReadFiles(names)
	if err != nil {
		return
	}
	for i, name := range names {
		t.files[name] = texts[i]
	}
}
