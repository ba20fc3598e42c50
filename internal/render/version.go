package render

import (
	"github.com/argoplan/argoplan/internal/argocd"
)

// feature is something that Argo CD does since one of its versions. Before,
// argoplan doesn't do it either.
type feature int

const (
	projectNameEnv          feature = iota // ARGOCD_APP_PROJECT_NAME among the build variables
	emptyPluginEnv                         // plugins get variables whose value is empty, too
	ignoreMissingComponents                // kustomize.ignoreMissingComponents
	labelIncludeTemplates                  // kustomize.labelIncludeTemplates
	clusterPatchVersion                    // the cluster's version comes with its patch version
	valueFileGlobs                         // globs in helm.valueFiles
	uniqueValueFiles                       // a value file that is listed again is dropped
	helm4                                  // Helm 4 renders charts
	helmVersion4                           // helm.version may be v4
	disabledExtensionFilter                // directory.disableExtensionFilter
)

// since has the first version of each feature. What 2.14 does has no entry:
// it is the oldest version that argoplan knows.
var since = map[feature][2]int{
	projectNameEnv:          {3, 0},
	emptyPluginEnv:          {3, 0},
	ignoreMissingComponents: {3, 0},
	labelIncludeTemplates:   {3, 0},
	clusterPatchVersion:     {3, 3}, // from 3.3.3 on
	valueFileGlobs:          {3, 4},
	uniqueValueFiles:        {3, 4},
	helm4:                   {3, 5},
	helmVersion4:            {3, 5},
	disabledExtensionFilter: {3, 6},
}

// has says whether version has the feature.
func has(version argocd.Version, f feature) bool {
	first := since[f]
	return version.At(first[0], first[1])
}

// has says whether the Argo CD that in is rendered for has the feature.
func (in Input) has(f feature) bool { return has(in.version, f) }

// knownFields drops the fields of a source that version doesn't know: Argo CD
// doesn't read them. The source that is given stays as it is.
func knownFields(s argocd.Source, version argocd.Version) argocd.Source {
	if s.Kustomize != nil {
		k := *s.Kustomize
		k.IgnoreMissingComponents = k.IgnoreMissingComponents && has(version, ignoreMissingComponents)
		k.LabelIncludeTemplates = k.LabelIncludeTemplates && has(version, labelIncludeTemplates)
		s.Kustomize = &k
	}
	if s.Directory != nil {
		d := *s.Directory
		d.DisableExtensionFilter = d.DisableExtensionFilter && has(version, disabledExtensionFilter)
		s.Directory = &d
	}
	return s
}
