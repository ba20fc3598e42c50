package argocd

import (
	"path"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/tree"
)

// Rescan reads a tree that is the same as the one of f but for the changed paths.
// What did not change is neither read nor parsed again.
func (f *Files) Rescan(files tree.FS, changed []string) (*Files, error) {
	if f.movesChart(files, changed) {
		return Scan(files)
	}
	isChanged := map[string]bool{}
	for _, name := range changed {
		isChanged[name] = true
	}
	found := &Files{
		tree:     files,
		files:    slices.DeleteFunc(slices.Clone(f.files), func(f *file) bool { return isChanged[f.name] }),
		mentions: slices.DeleteFunc(slices.Clone(f.mentions), func(name string) bool { return isChanged[name] }),
	}
	for _, name := range changed {
		if !mayMention(name) || !isFile(files, name) || slices.Contains(strings.Split(name, "/"), ".git") {
			continue
		}
		if err := found.read(name); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found.files, func(a, b *file) int { return walkOrder(a.name, b.name) })
	slices.SortFunc(found.mentions, walkOrder)
	return found, nil
}

// movesChart says whether a chart appears or goes: then other files become its
// templates, or stop being so.
func (f *Files) movesChart(files tree.FS, changed []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool {
		return path.Base(name) == "Chart.yaml" && isFile(f.tree, name) != isFile(files, name)
	})
}

// walkOrder is the order in which a tree is walked: directory by directory.
func walkOrder(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) }
