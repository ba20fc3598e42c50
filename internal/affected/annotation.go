package affected

import (
	"fmt"
	"path"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// generatePaths names the annotation by which an Application says which paths
// its manifests are generated from.
const generatePaths = "argocd.argoproj.io/manifest-generate-paths"

// annotated gives a reason for the changed paths that the annotation covers, by
// Argo CD's own match (util/app/path: AppFilesHaveChanged). ok is false without
// the annotation.
func (r *reader) annotated(a *argocd.Application, s argocd.Source) (reasons []string, ok bool) {
	value := a.Annotations[generatePaths]
	if value == "" {
		return nil, false
	}
	var items []string
	for item := range strings.SplitSeq(value, ";") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		if strings.HasPrefix(item, "/") {
			items = append(items, path.Clean(item))
		} else {
			items = append(items, path.Join("/", s.Path, item))
		}
	}
	for _, item := range items {
		r.reads.other(strings.TrimPrefix(item, "/"))
	}
	for _, c := range r.query.Changed {
		for _, item := range items {
			if covers(item, "/"+c) {
				return []string{fmt.Sprintf("%s is covered by manifest-generate-paths", c)}, true
			}
		}
	}
	return nil, len(items) > 0
}

// covers takes a file, a directory with all that is in it, or a pattern whose *
// stays within one directory.
func covers(item, file string) bool {
	if item == file || item == "/" || strings.HasPrefix(file, item+"/") {
		return true
	}
	ok, err := path.Match(item, file)
	return err == nil && ok
}
