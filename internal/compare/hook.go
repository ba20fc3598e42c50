package compare

import (
	"slices"
	"strings"
)

// neverApplied follows a hook that Argo CD knows no phase for: it renders such
// a resource and leaves it alone.
const neverApplied = ", never applied"

// argoHooks are the values of argocd.argoproj.io/hook. Skip is one of them: a
// resource that is compared and not applied.
var argoHooks = map[string]string{
	"PreSync": "PreSync", "Sync": "Sync", "PostSync": "PostSync", "SyncFail": "SyncFail",
	"PreDelete": "PreDelete", "PostDelete": "PostDelete", "Skip": "Skip",
}

// helmHooks maps the values of helm.sh/hook to Argo CD's phases. The others
// (test, pre-rollback, post-rollback, ...) have none.
var helmHooks = map[string]string{
	"pre-install": "PreSync", "pre-upgrade": "PreSync",
	"post-install": "PostSync", "post-upgrade": "PostSync",
	"pre-delete": "PreDelete", "post-delete": "PostDelete",
}

// Hook gives the label of a hook, "" for an ordinary resource. Helm's
// annotation counts only without a valid one of Argo CD, and a crd-install
// hook is an ordinary resource.
func Hook(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	if len(annotations) == 0 {
		return ""
	}
	argo := values(annotations["argocd.argoproj.io/hook"])
	helm := values(annotations["helm.sh/hook"])
	if phases := translate(argo, argoHooks); phases != "" {
		return phases
	}
	if phases := translate(helm, helmHooks); phases != "" {
		return phases
	}
	unknown := slices.DeleteFunc(append(argo, helm...), func(v string) bool { return v == "crd-install" })
	if len(unknown) == 0 {
		return ""
	}
	return oneLine(strings.Join(unknown, ",")) + neverApplied
}

// translate gives the known values' phases, each once, in their order.
func translate(values []string, phases map[string]string) string {
	var known []string
	for _, v := range values {
		if phase, ok := phases[v]; ok && !slices.Contains(known, phase) {
			known = append(known, phase)
		}
	}
	return strings.Join(known, ",")
}

// values splits an annotation at its commas.
func values(annotation any) []string {
	var list []string
	for _, v := range strings.Split(scalar(annotation), ",") {
		if v = strings.TrimSpace(v); v != "" {
			list = append(list, v)
		}
	}
	return list
}
