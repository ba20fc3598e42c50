package affected

import (
	"fmt"
	"os"
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
func (r *reader) jsonnet(dir string, d *argocd.Directory) []string {
	libs := []string{dir}
	if d != nil {
		libs = append(libs, d.Jsonnet.Libs...)
	}
	seen := map[string]bool{}
	var reasons []string
	for _, name := range r.jsonnetFiles(dir, d != nil && d.Recurse) {
		reasons = merge(reasons, r.imports(name, libs, seen))
	}
	return reasons
}

// jsonnetFiles lists the files that Argo CD evaluates.
func (r *reader) jsonnetFiles(dir string, recurse bool) (names []string) {
	entries, err := os.ReadDir(r.onDisk(dir))
	if err != nil {
		return nil
	}
	for _, e := range entries {
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
	text, err := os.ReadFile(r.onDisk(name))
	if err != nil {
		return nil
	}
	for _, m := range imported.FindAllStringSubmatch(string(text), -1) {
		target := m[1] + m[2]
		for _, dir := range append([]string{path.Dir(name)}, libs...) {
			found := path.Join(dir, target)
			if !inside(libs[0], found) { // the source's own files count already
				reasons = merge(reasons, r.file(found, fmt.Sprintf("is imported by %s", name)))
			}
			reasons = merge(reasons, r.imports(found, libs, seen))
		}
	}
	return reasons
}
