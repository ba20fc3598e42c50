package argocd

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Rescan reads a tree that is the same as the one of f but for the changed paths.
// What did not change is neither read nor parsed again.
func (f *Files) Rescan(tree string, changed []string) (*Files, error) {
	if f.movesChart(tree, changed) {
		return Scan(tree)
	}
	isChanged := map[string]bool{}
	for _, name := range changed {
		isChanged[name] = true
	}
	found := &Files{
		tree:     tree,
		files:    slices.DeleteFunc(slices.Clone(f.files), func(f *file) bool { return isChanged[f.name] }),
		mentions: slices.DeleteFunc(slices.Clone(f.mentions), func(name string) bool { return isChanged[name] }),
	}
	for _, name := range changed {
		full := filepath.Join(tree, filepath.FromSlash(name))
		if !mayMention(name) || !isFile(full) || slices.Contains(strings.Split(name, "/"), ".git") {
			continue
		}
		if err := found.read(tree, full); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found.files, func(a, b *file) int { return walkOrder(a.name, b.name) })
	slices.SortFunc(found.mentions, walkOrder)
	return found, nil
}

// movesChart says whether a chart appears or goes: then other files become its
// templates, or stop being so.
func (f *Files) movesChart(tree string, changed []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool {
		name = filepath.FromSlash(name)
		return path.Base(name) == "Chart.yaml" && isFile(filepath.Join(f.tree, name)) != isFile(filepath.Join(tree, name))
	})
}

// walkOrder is the order in which a tree is walked: directory by directory.
func walkOrder(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) }
