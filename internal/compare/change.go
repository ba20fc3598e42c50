// Package compare pairs the resources of two renders, masks what is secret and
// finds what differs in meaning. It knows nothing of GitHub, of processes or
// of the network.
package compare

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// Action is what happens to one resource.
type Action string

// The actions, in the order in which they are shown.
const (
	Remove Action = "removed"
	Modify Action = "modified"
	Add    Action = "added"
)

// Change is one resource that differs between the two renders.
type Change struct {
	Action     Action `json:"action"`
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"` // "" if cluster-scoped
	Name       string `json:"name"`                // or the generateName, ending in "-"
	// Hook is the sync phases ("PreSync,Sync"), or the hooks that name none
	// ("test, never applied"); "" for an ordinary resource.
	Hook string `json:"hook,omitempty"`
	// Paths lists what differs; empty for an added or removed resource, and
	// for a pair too large to compare field by field.
	Paths []PathChange `json:"paths,omitempty"`
	// Diff is the readable difference, one line each, prefixed as in a diff:
	// "+", "-", "@@", "!" or a space. Secrets are masked in it.
	Diff string `json:"diff"`
	// Summary says in a few sentences what a long Diff comes to; only for a
	// modified CustomResourceDefinition.
	Summary []string `json:"summary,omitempty"`
	// RenamedTo and RenamedFrom are "Kind namespace/name" of the resource with the
	// same content that is added for a removed one, and the other way round.
	RenamedTo   string `json:"renamedTo,omitempty"`
	RenamedFrom string `json:"renamedFrom,omitempty"`
	// Base and Head are the masked objects, to read and not to write; nil on
	// the side that lacks the resource.
	Base *unstructured.Unstructured `json:"-"`
	Head *unstructured.Unstructured `json:"-"`
}

// PathChange is one difference inside a resource. Path, From and To are one
// line each; long values are cut around their difference and say so.
type PathChange struct {
	// Path is in dot style, with odd keys and indexes in brackets:
	// "spec.template.spec.containers.app.image",
	// "metadata.labels[app.kubernetes.io/version]", "spec.tls[0].secretName".
	Path   string `json:"path"`
	Action Action `json:"action"` // at this path
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	// Volatile is true if the value differs from one render of the same
	// revision to the next. From and To are then empty, and Diff leaves it out.
	Volatile bool `json:"volatile,omitempty"`
}
