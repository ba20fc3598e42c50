package argocd

import (
	"bytes"
	"fmt"
	"strings"
)

// SetObject is one document of kind ApplicationSet, as it stands.
type SetObject struct {
	Object map[string]any
	File   string // slash-separated, relative to the tree
	Line   int    // 1-based, where the document begins in File
}

// ApplicationSets gives every ApplicationSet of the files, sorted by file, also
// those inside a kind List. One without generators is a patch for another, and
// a problem; so is a second one of a name and namespace, which is left out. What
// isn't YAML is a problem of Applications.
func (f *Files) ApplicationSets() (sets []SetObject, problems []Problem) {
	first := map[ID]SetObject{}
	for _, file := range f.files {
		if !bytes.Contains(file.data, []byte("ApplicationSet")) {
			continue
		}
		for _, d := range file.documents() {
			if !bytes.Contains(d.text, []byte(group)) {
				continue
			}
			object, err := d.object()
			if err != nil {
				continue
			}
			for _, o := range ofKind("ApplicationSet", object) {
				set := SetObject{withoutStatus(o), file.name, d.line}
				if err := set.check(first); err != nil {
					problems = append(problems, Problem{file.name, d.line, err})
					continue
				}
				sets = append(sets, set)
			}
		}
	}
	return sets, problems
}

// check refuses a patch, and what repeats one of the sets before it.
func (s SetObject) check(first map[ID]SetObject) error {
	metadata := mapAt(s.Object, "metadata")
	name, _ := metadata["name"].(string)
	namespace, _ := metadata["namespace"].(string)
	if _, ok := mapAt(s.Object, "spec")["generators"]; !ok {
		return fmt.Errorf("expected ApplicationSet %s to have spec.generators, found none: a patch is not expanded by itself", name)
	}
	id := ID{namespace, name}
	if earlier, ok := first[id]; ok && name != "" {
		return fmt.Errorf("ApplicationSet %s is defined again; the definition in %s line %d is used", id, earlier.File, earlier.Line)
	}
	first[id] = s
	return nil
}

// ofKind gives an object of one of Argo CD's kinds, or those in a List.
func ofKind(kind string, object map[string]any) (found []map[string]any) {
	have, _ := object["kind"].(string)
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(have, "List") {
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				found = append(found, ofKind(kind, o)...)
			}
		}
		return found
	}
	if version, _ := object["apiVersion"].(string); have == kind && strings.HasPrefix(version, group+"/") {
		return []map[string]any{object}
	}
	return nil
}

// Generated gives the Application that an ApplicationSet makes: object is the
// whole of it, file and line are the ApplicationSet's, set is its name. What
// Argo CD would refuse is in Invalid.
func Generated(object map[string]any, file string, line int, set string) Application {
	a, err := application(object)
	if a.Invalid == nil {
		a.Invalid = err
	}
	a.File, a.Line, a.Set = file, line, set
	return a
}
