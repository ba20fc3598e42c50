package affected

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// link is a symbolic link of the tree, and where it leads.
type link struct{ name, target string }

// findLinks lists the links of a tree whose targets lie in it. Nearly all
// repositories have none, so one walk saves looking for them at every path.
func findLinks(tree string) (links []link) {
	_ = filepath.WalkDir(tree, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink == 0 {
			return nil // what can't be read is the render's to report
		}
		links = addLink(links, tree, file)
		return nil
	})
	return links
}

// addLink adds the link at file, if its target lies in the tree.
func addLink(links []link, tree, file string) []link {
	target, err := os.Readlink(file)
	if err != nil || filepath.IsAbs(target) {
		return links
	}
	name, err := filepath.Rel(tree, file)
	if err != nil {
		return links
	}
	name = filepath.ToSlash(name)
	if to := path.Join(path.Dir(name), filepath.ToSlash(target)); to != ".." && !strings.HasPrefix(to, "../") {
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
