package render

import "github.com/argoplan/argoplan/internal/argocd"

// normalize drops tool blocks that say nothing, as Argo CD does when it stores
// an Application (util/argo/argo.go:NormalizeApplicationSpec). A plugin block
// stays even if it is empty.
func normalize(s argocd.Source) argocd.Source {
	if s.Helm != nil && emptyHelm(*s.Helm) {
		s.Helm = nil
	}
	if s.Kustomize != nil && emptyKustomize(*s.Kustomize) {
		s.Kustomize = nil
	}
	if s.Directory != nil && emptyDirectory(*s.Directory) {
		s.Directory = nil
	}
	return s
}

// emptyHelm: a valuesObject counts even if it has no keys.
func emptyHelm(h argocd.Helm) bool {
	strings := h.Version + h.ReleaseName + h.Values + h.KubeVersion + h.Namespace
	lists := len(h.ValueFiles) + len(h.Parameters) + len(h.FileParameters) + len(h.APIVersions)
	flags := h.PassCredentials || h.IgnoreMissingValueFiles || h.SkipCrds || h.SkipTests || h.SkipSchemaValidation
	return strings == "" && lists == 0 && !flags && h.ValuesObject == nil
}

// emptyKustomize leaves out the flags that Argo CD leaves out: a block with
// nothing but force*, *Envsubst, labelWithoutSelector or labelIncludeTemplates
// is empty.
func emptyKustomize(k argocd.Kustomize) bool {
	strings := k.NamePrefix + k.NameSuffix + k.Version + k.Namespace + k.KubeVersion
	lists := len(k.Images) + len(k.Replicas) + len(k.Patches) + len(k.Components) + len(k.APIVersions)
	maps := len(k.CommonLabels) + len(k.CommonAnnotations)
	return strings == "" && lists+maps == 0 && !k.IgnoreMissingComponents
}

func emptyDirectory(d argocd.Directory) bool {
	jsonnet := len(d.Jsonnet.ExtVars) + len(d.Jsonnet.TLAs) + len(d.Jsonnet.Libs)
	return !d.Recurse && !d.DisableExtensionFilter && d.Include+d.Exclude == "" && jsonnet == 0
}
