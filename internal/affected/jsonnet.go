package affected

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// imported finds the imports of a Jsonnet file. The language takes only string
// literals there, so none can be missed; one in a comment does no harm.
var imported = regexp.MustCompile(`\bimport(?:str|bin)?\s*@?(?:"([^"]+)"|'([^']+)')`)

// jsonnet gives the reasons that lie in what the Jsonnet files of a directory
// source import from outside of it.
func (r *reader) jsonnet(dir string, d argocd.Directory) []string {
	files := r.jsonnetFiles(dir, d.Recurse)
	if len(files) == 0 {
		return nil
	}
	libs := append([]string{dir}, d.Jsonnet.Libs...)
	seen := map[string]bool{}
	var reasons []string
	for _, name := range files {
		reasons = merge(reasons, r.imports(name, libs, seen))
	}
	for _, v := range append(d.Jsonnet.TLAs, d.Jsonnet.ExtVars...) {
		if v.Code {
			reasons = merge(reasons, r.importsOf([]byte(v.Value), dir, "the variable "+v.Name, libs, seen))
		}
	}
	return reasons
}

// jsonnetFiles lists the files that Argo CD evaluates.
func (r *reader) jsonnetFiles(dir string, recurse bool) (names []string) {
	for _, e := range r.tree.list(dir) {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() && recurse:
			names = append(names, r.jsonnetFiles(name, true)...)
		case !e.IsDir() && strings.HasSuffix(e.Name(), ".jsonnet"):
			names = append(names, name)
		}
	}
	return names
}

// imports follows one file. An import is looked for beside the file and in
// each library, and every place counts: a file that the pull request adds may
// take another's place.
func (r *reader) imports(name string, libs []string, seen map[string]bool) (reasons []string) {
	if seen[name] {
		return nil
	}
	seen[name] = true
	text, _ := r.tree.Read(name)
	reasons = r.importsOf(text, path.Dir(name), name, libs, seen)
	return merge(reasons, r.linked(name, map[string]bool{}))
}

// importsOf follows the imports of code that stands in a directory.
func (r *reader) importsOf(text []byte, dir, name string, libs []string, seen map[string]bool) (reasons []string) {
	for _, m := range imported.FindAllStringSubmatch(string(text), -1) {
		target := m[1] + m[2]
		for _, dir := range append([]string{dir}, libs...) {
			found := path.Join(dir, target)
			if !inside(libs[0], found) { // the source's own files count already
				reasons = merge(reasons, r.file(found, fmt.Sprintf("is imported by %s", name)))
			}
			reasons = merge(reasons, r.imports(found, libs, seen))
		}
	}
	return reasons
}
