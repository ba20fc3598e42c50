package affected

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/tree"
)

// link is a symbolic link of the tree, and where it leads.
type link struct{ name, target string }

// findLinks lists the links of a tree whose targets lie in it. Nearly all
// repositories have none, so one walk saves looking for them at every path.
func findLinks(files tree.FS) (links []link) {
	if known, ok := files.(tree.Linker); ok {
		names := slices.SortedFunc(slices.Values(known.Links()), func(a, b string) int {
			return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) // as a walk finds them
		})
		for _, name := range names {
			links = addLink(links, files, name)
		}
		return links
	}
	// What can't be read is the render's to report.
	_ = tree.Walk(files, func(name string, d fs.DirEntry) (bool, error) {
		if d.Type()&fs.ModeSymlink != 0 {
			links = addLink(links, files, name)
		}
		return true, nil
	})
	return links
}

// addLink adds a link, if its target lies in the tree.
func addLink(links []link, files tree.FS, name string) []link {
	target, err := files.ReadLink(name)
	if err != nil || path.IsAbs(target) {
		return links
	}
	if to := path.Join(path.Dir(name), target); to != ".." && !strings.HasPrefix(to, "../") {
		links = append(links, link{name, to})
	}
	return links
}

// linked gives the reasons behind the links that a path goes through, or that
// lie below it.
func (r *reader) linked(used string, seen map[string]bool) (reasons []string) {
	for _, l := range r.tree.links() {
		through := used == l.name || strings.HasPrefix(used, l.name+"/")
		if seen[l.name] || !through && !inside(used, l.name) {
			continue
		}
		seen[l.name] = true
		target := l.target
		if through {
			target += strings.TrimPrefix(used, l.name)
		}
		if through && used != l.name { // else it counts already
			reasons = merge(reasons, r.file(l.name, "is a link on the way to "+used))
		}
		why := fmt.Sprintf("is what the link %s leads to", l.name)
		reasons = merge(reasons, r.file(target, why))
		reasons = merge(reasons, r.below(target, func(file string) string { return file + " " + why }))
		reasons = merge(reasons, r.linked(target, seen))
	}
	return reasons
}
