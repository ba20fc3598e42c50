package render

import (
	"errors"
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/provenance"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/argoplan/argoplan/internal/fault"
)

// builtPath finds the directories that an error of kustomize mentions, in the
// order of their nesting.
var builtPath = regexp.MustCompile(`path '(/(?:repo|remote)[^']*)'`)

// explain makes kustomize's error one of ours: what the tree refused comes
// first, the file is named, and paths are those of the repository.
func (b *kustomizeBuild) explain(err error) error {
	if err == nil {
		return nil
	}
	if b.tree.refused != nil {
		return b.tree.refused
	}
	file := ""
	dirs := append([][]string{{"", b.tree.dir}}, builtPath.FindAllStringSubmatch(err.Error(), -1)...)
	for _, dir := range dirs {
		if found, notFound := b.tree.kustomizationFile(dir[1]); notFound == nil {
			file = inRepository(found)
		}
	}
	message := strings.NewReplacer(repoMount+"/", "", repoMount, ".", remoteMount+"/", "").Replace(err.Error())
	built := error(&shortened{message: "building the kustomization: " + strings.TrimSpace(message), err: err})
	if file != "" {
		built = fault.InFile(built, file)
	}
	return withHint(built, message)
}

// withHint adds a hint for the failures whose fix is known.
func withHint(err error, message string) error {
	switch {
	case strings.Contains(message, "must specify --enable-helm"):
		return fault.WithHint(err, "Argo CD renders it with --enable-helm in kustomize.buildOptions of argocd-cm only.")
	case strings.Contains(message, "security; file"):
		return fault.WithHint(err, "kustomize reads files below their kustomization only, unless kustomize.buildOptions has --load-restrictor LoadRestrictionsNone.")
	case strings.Contains(message, "external plugins disabled"):
		return fault.WithHint(err, "Only the plugins that are built into kustomize run without --enable-alpha-plugins.")
	}
	return err
}

// manageLabel corrects the version in the label that the managedByLabel option
// adds: the library takes that of the program it is linked into.
func (b *kustomizeBuild) manageLabel(resources resmap.ResMap) error {
	linked := "kustomize-" + provenance.GetProvenance().Semver()
	var errs []error
	for _, r := range resources.Resources() {
		if labels := r.GetLabels(konfig.ManagedbyLabelKey); labels[konfig.ManagedbyLabelKey] == linked {
			labels = r.GetLabels()
			labels[konfig.ManagedbyLabelKey] = "kustomize-" + kustomizeVersion
			errs = append(errs, r.SetLabels(labels))
		}
	}
	return errors.Join(errs...)
}
