// Package argocd knows Argo CD's own objects: it finds Applications and
// config management plugins in a tree, and decides which sources name this
// repository. It reads files and nothing else.
package argocd

import "cmp"

// Application is one Application found in a tree.
type Application struct {
	Name        string
	Namespace   string // metadata.namespace; "" if the document has none
	Annotations map[string]string
	Finalizers  []string
	Spec        Spec
	File        string         // slash-separated, relative to the tree
	Line        int            // 1-based, where the document begins in File
	Definition  map[string]any // the object less its status
	// Parents are the Applications that render this one, from the root down;
	// empty if the document stands in the repository. File and Line are then
	// the root's, unless the repository holds the document, too.
	Parents []ID
	// Set is the name of the ApplicationSet that generates the Application, ""
	// if it is written out; File and Line are then the ApplicationSet's.
	Set string
	// GeneratorInputs are the files and the directories (with a slash at the
	// end) of this repository that a generator made the Application of.
	GeneratorInputs []string
	// Invalid says why Argo CD would refuse the definition; such an
	// Application is known and cannot be rendered.
	Invalid error
}

// ID identifies an Application on both sides of a comparison.
type ID struct {
	Namespace string
	Name      string
}

// String is "namespace/name", or the name alone without a namespace.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.Name
	}
	return id.Namespace + "/" + id.Name
}

// Compare orders by namespace, then by name, as cmp.Compare does.
func (id ID) Compare(other ID) int {
	return cmp.Or(cmp.Compare(id.Namespace, other.Namespace), cmp.Compare(id.Name, other.Name))
}

// ID gives the Application's namespace and name. An Application without a
// namespace lives in the control plane's.
func (a *Application) ID(controlPlane string) ID {
	if a.Namespace == "" {
		return ID{Namespace: controlPlane, Name: a.Name}
	}
	return ID{Namespace: a.Namespace, Name: a.Name}
}

// InstanceName is the name that Argo CD renders with: the plain name, or
// "<namespace>_<name>" outside the control plane's namespace.
func (a *Application) InstanceName(controlPlane string) string {
	if a.Namespace == "" || a.Namespace == controlPlane {
		return a.Name
	}
	return a.Namespace + "_" + a.Name
}

// EffectiveSources gives the sources in Argo CD's order of precedence (hydrator, sources,
// source). multi is true for a sources list, even one with a single entry.
func (a *Application) EffectiveSources() (sources []Source, multi bool) {
	switch {
	case a.Spec.SourceHydrator != nil:
		return []Source{a.Spec.SourceHydrator.DrySource}, false
	case len(a.Spec.Sources) > 0:
		return a.Spec.Sources, true
	case a.Spec.Source != nil:
		return []Source{*a.Spec.Source}, false
	}
	return nil, false
}
