// Package report holds everything that one run found out, as plain data, and
// writes it as JSON and as files. It knows nothing of GitHub.
package report

import "github.com/argoplan/argoplan/internal/compare"

// Schema is the version of report.json. It grows when a field changes its
// meaning or goes away; a new field alone doesn't change it.
const Schema = 1

// Report is the result of one run. It holds no clock and no randomness: the
// same two revisions give the same bytes.
type Report struct {
	Schema     int      `json:"schema"`
	Repository string   `json:"repository,omitempty"` // owner/name
	Base       Revision `json:"base"`
	Head       Revision `json:"head"`
	Totals     Totals   `json:"totals"`
	// Incomplete says why there may be more than this report shows, such as a run
	// that ended early; "" for a whole run.
	Incomplete string `json:"incomplete,omitempty"`
	// Applications holds the selected ones, sorted by namespace and name.
	Applications []Application `json:"applications"`
	// Images lists the container images that change, by name.
	Images []Image `json:"images,omitempty"`
	// Warnings are about the run: a file that doesn't parse, a plugin
	// definition that the pull request changes.
	Warnings []Warning `json:"warnings,omitempty"`
	// Notes names the tools and settings that shaped the renders, such as
	// "Helm v3.22.0" and "Kubernetes 1.37.0".
	Notes []string `json:"notes,omitempty"`
}

// Revision is one side of the comparison.
type Revision struct {
	// Name is what the user asked for: a branch, a tag, "merge commit of #7",
	// "working tree".
	Name string `json:"name"`
	// SHA is the full commit ID; "" for a directory.
	SHA string `json:"sha,omitempty"`
}

// Totals counts Applications by state, and resources by action over all
// changed Applications.
type Totals struct {
	Found     int `json:"found"`    // Applications at either side
	Selected  int `json:"selected"` // those the change can affect
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	Skipped   int `json:"skipped"`
	Added     int `json:"added"`
	Modified  int `json:"modified"`
	Removed   int `json:"removed"`
	Dangers   int `json:"dangers"`
}

// State is how one Application ended. There is no fifth state: not rendered is
// never "unchanged".
type State string

// The states.
const (
	Changed   State = "changed"
	Unchanged State = "unchanged"
	Failed    State = "failed"
	Skipped   State = "skipped"
)

// Presence says on which sides the Application is defined.
type Presence string

// The presences.
const (
	Both    Presence = "both"
	Added   Presence = "added"
	Deleted Presence = "deleted"
	Renamed Presence = "renamed"
)

// Application is one selected Application.
type Application struct {
	Namespace string   `json:"namespace"`
	Name      string   `json:"name"`
	State     State    `json:"state"`
	Presence  Presence `json:"presence"`
	// RenamedFrom is the ID at base of a renamed Application.
	RenamedFrom string `json:"renamedFrom,omitempty"`
	// Parents are the Applications that render this one, from the root down.
	Parents []string `json:"parents,omitempty"`
	// ApplicationSet is the name of the one that generates this Application; ""
	// if it is written out.
	ApplicationSet string `json:"applicationSet,omitempty"`
	File           string `json:"file"` // where it is defined: head, or base if deleted
	Line           int    `json:"line"`
	// Reasons says why it was selected, most telling first.
	Reasons     []string    `json:"reasons"`
	Destination Destination `json:"destination"`
	Sources     []Source    `json:"sources"`
	Sync        Sync        `json:"sync"`
	// Skipped completes "skipped: …"; only with State Skipped.
	Skipped  string    `json:"skipped,omitempty"`
	Failures []Failure `json:"failures,omitempty"`
	// Dangers are what a reviewer must not overlook, most severe first.
	Dangers  []Danger  `json:"dangers,omitempty"`
	Warnings []Warning `json:"warnings,omitempty"`
	// Changes is sorted: removed, then modified, then added; within these by
	// kind, namespace and name.
	Changes []compare.Change `json:"changes"`
	// Renames pairs a removed change with the added one that has its content.
	Renames []Rename `json:"renames,omitempty"`
	// Volatile names what changes on every render and is no change of the pull
	// request's: "Kind namespace/name path", sorted.
	Volatile []string `json:"volatile,omitempty"`
	// UnchangedResources counts the resources that are equal on both sides.
	UnchangedResources int `json:"unchangedResources"`
}

// Destination is where the Application is deployed.
type Destination struct {
	Cluster   string `json:"cluster"` // name, or server URL
	Namespace string `json:"namespace"`
}

// Source is one source at both sides. Base and Head differ where the pull
// request moves the revision; one is empty for an Application on one side.
type Source struct {
	Type     string `json:"type"` // Helm, Kustomize, Directory, Plugin, reference (lends files only), or "" if unknown
	RepoURL  string `json:"repoURL"`
	Path     string `json:"path,omitempty"`
	Chart    string `json:"chart,omitempty"`
	Base     string `json:"base,omitempty"` // target revision at base
	Head     string `json:"head,omitempty"`
	Tool     string `json:"tool,omitempty"`
	OwnTrees bool   `json:"ownTrees"` // read from the two revisions under comparison
}

// Policy is how the Application syncs, as the table shows it.
type Policy string

// The policies.
const (
	AutoPrune Policy = "auto+prune"
	Auto      Policy = "auto"
	Manual    Policy = "manual"
)

// Sync is the sync policy that holds after the merge: head's, or base's for a
// deleted Application.
type Sync struct {
	Policy   Policy `json:"policy"`
	SelfHeal bool   `json:"selfHeal,omitempty"`
	// Finalizer is true if deleting the Application deletes its resources.
	Finalizer bool `json:"finalizer,omitempty"`
	// Kept counts the removed resources that prune, or the finalizer, leaves
	// alone: those with Prune=false or Prune=confirm, Delete=false or
	// Delete=confirm, and all where no sync begins.
	Kept int `json:"kept,omitempty"`
	// Meaning says in words what merging does to this Application.
	Meaning string `json:"meaning"`
	// Details completes Meaning: what hooks, waves and options do to the sync,
	// one sentence each.
	Details []string `json:"details,omitempty"`
}

// Danger is one thing that a reviewer must not overlook.
type Danger struct {
	// Rule names the kind of danger: "deletes-data", "immutable-field", … See
	// docs/report.md for all of them.
	Rule string `json:"rule"`
	// Resource is "Kind namespace/name", as a change is headed; "" if the danger
	// is about the Application itself.
	Resource string `json:"resource,omitempty"`
	// Path is the field, as in PathChange; "" if it is the whole resource.
	Path    string `json:"path,omitempty"`
	Message string `json:"message"` // one sentence
	// FailsSync is true if the next sync will fail over it.
	FailsSync bool `json:"failsSync,omitempty"`
}

// Image is a container image that changes.
type Image struct {
	Name string `json:"name"` // without tag and digest
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Where lists "namespace/application Kind namespace/name container".
	Where []string `json:"where"`
}

// Side is base or head.
type Side string

// The sides.
const (
	Base Side = "base"
	Head Side = "head"
)

// Failure is one render that failed.
type Failure struct {
	Side   Side   `json:"side"`
	Source string `json:"source,omitempty"` // "chart mysql 9.21.2 of https://…", "path helm/redis"
	// File is a path of the repository, or of the chart if it isn't in the
	// repository.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Message may have many lines: a plugin's stderr follows the first.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Warning is something to know that fails nothing.
type Warning struct {
	Side    Side   `json:"side,omitempty"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}
