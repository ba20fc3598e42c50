// Package render turns one source's directory into manifests, as Argo CD's
// repo-server does: one file per tool. It knows nothing of pull requests.
package render

import (
	"context"
	"sync/atomic"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
)

// Type is a source type, in Argo CD's words.
type Type string

// The source types.
const (
	Helm      Type = "Helm"
	Kustomize Type = "Kustomize"
	Directory Type = "Directory"
	Plugin    Type = "Plugin"
)

// Whole is all files of a tree.
type Whole interface {
	// Export writes them to a new directory, for a plugin that may write to it:
	// regular files with the mode 0644, executable ones with 0755 if executable
	// says so.
	Export(ctx context.Context, to string, executable bool) error
	// ReadFile gives the content of a regular file, by its path with slashes.
	ReadFile(name string) ([]byte, error)
}

// Input is one source of one Application at one side, with all that Argo CD
// would tell its repo-server about it.
type Input struct {
	// Root is the absolute directory that the source may not leave: the
	// repository's tree, or the unpacked chart. It is never written to.
	Root string
	// Dir is the absolute directory of the source, Root or below it.
	Dir    string
	Source argocd.Source
	// Multi is true for a source of a sources list; it makes "$" in value
	// files a reference.
	Multi bool
	// Refs maps "$name" to the absolute root of the source with that ref.
	Refs map[string]string
	// AppName is the Application's instance name.
	AppName string
	// Namespace is spec.destination.namespace; Project is spec.project.
	Namespace string
	Project   string
	// Revision is the resolved revision that ARGOCD_APP_REVISION carries.
	Revision string
	// KubeVersion and APIVersions describe the destination cluster.
	KubeVersion string
	APIVersions []string
	// Files is a digest of all files that the render can read in Root and Refs; ""
	// if nobody knows, or if they hold what may not be kept.
	Files string
	// Whole has all of Root, which then need not hold more than what other tools
	// than plugins read. Nil is Root as it is.
	Whole Whole
	// Parser reads what tools print; the sides of an Application share one. Nil
	// is fine.
	Parser *manifest.Parser
	// version is Options.Version.
	version argocd.Version
	// fetched is set once the render asks for something from elsewhere.
	fetched *atomic.Bool
}

// fetches notes that more is read than Root and Refs hold.
func (in Input) fetches() {
	if in.fetched != nil {
		in.fetched.Store(true)
	}
}

// Output is what a tool printed, parsed: in the tool's order, lists not yet
// expanded, namespaces not yet filled in.
type Output struct {
	Objects []*unstructured.Unstructured
	Type    Type
	// Tool names what rendered: "Helm v3.22.0" or "plugin helmfile".
	Tool string
	// Volatile says that another render of the same input may differ: a chart
	// makes up passwords, say, or a plugin ran, of which nothing is known.
	Volatile bool
	// Fetched says that more was read than Input's directories hold: a chart's
	// dependencies, a remote base, a file by its URL.
	Fetched bool
	// Cached says that a run before has rendered it.
	Cached bool
}
