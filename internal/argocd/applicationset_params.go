package argocd

import "bytes"

// newGlobbing is the key of argocd-cmd-params-cm that chooses how files of Git
// generators are found.
const newGlobbing = "applicationsetcontroller.enable.new.git.file.globbing"

// NewGitFileGlobbing says whether the files turn on the newer globbing of the
// ApplicationSet controller: in the ConfigMap argocd-cmd-params-cm, or in
// configs.params of the argo-cd chart's values, also one level below the top.
func (f *Files) NewGitFileGlobbing() bool {
	for _, file := range f.files {
		if !bytes.Contains(file.data, []byte(newGlobbing)) {
			continue
		}
		for _, d := range file.documents() {
			if object, err := d.object(); err == nil && turnsOn(object) {
				return true
			}
		}
	}
	return false
}

func turnsOn(object map[string]any) bool {
	if object["kind"] == "ConfigMap" {
		return mapAt(object, "metadata")["name"] == "argocd-cmd-params-cm" && texts(mapAt(object, "data"))[newGlobbing] == "true"
	}
	candidates := []map[string]any{object}
	for key := range object {
		candidates = append(candidates, mapAt(object, key))
	}
	for _, c := range candidates {
		if texts(mapAt(c, "configs", "params"))[newGlobbing] == "true" {
			return true
		}
	}
	return false
}
