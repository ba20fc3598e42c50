// Package first ends the process that only watches before anything that renders
// is initialised: that takes more time than all that watching needs. Go initialises
// packages in the order of their paths, each as soon as all that it imports are
// (https://go.dev/ref/spec#Program_initialization), so this one, which imports
// next to nothing, comes before those of Helm and Kubernetes. Were it to come
// later, the run would be the same and begin later: action.Start watches, too.
package first

import (
	"os"
	"path"

	"github.com/argoplan/argoplan/internal/watch"
)

// own is the name of the program. By another one it may be a stand-in, which
// action.StandIn knows.
const own = "argoplan"

func init() {
	if path.Base(os.Args[0]) != own {
		return
	}
	if status, ended := watch.Run(os.Args, os.Environ(), os.Stdout); ended {
		os.Exit(status)
	}
}
