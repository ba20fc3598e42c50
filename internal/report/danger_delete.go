package report

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// neverApplied tells the hooks that Argo CD has no phase for, and Skip.
func neverApplied(hook string) bool {
	return hook == "Skip" || strings.HasSuffix(hook, "never applied")
}

// fate is what becomes of a removed resource.
type fate int

const (
	deleted   fate = iota // by the sync, or by the Application's finalizer
	kept                  // it stays in the cluster
	confirmed             // it waits for a person to confirm
)

// fateOf follows the policy and the resource's own sync options. A hook is
// kept: only its delete policy ends it.
func (s scene) fateOf(c compare.Change) fate {
	if c.Action != compare.Remove || c.Hook != "" {
		return kept
	}
	name := "Prune"
	if s.leaves() {
		name = "Delete"
		if !s.app.Sync.Finalizer {
			return kept
		}
	} else if s.app.Sync.Policy == Auto {
		return kept
	}
	switch option(s.definition(), baseOf(c), name) {
	case "false":
		return kept
	case "confirm":
		return confirmed
	}
	return deleted
}

// leaves is true if the Application itself, or its old name, is deleted.
func (s scene) leaves() bool { return s.app.Presence == Deleted || s.app.Presence == Renamed }

// deleter begins a sentence on who deletes a removed resource.
func (s scene) deleter() string {
	switch {
	case s.leaves():
		return "Deleting the Application"
	case s.app.Sync.Policy == Manual:
		return "A sync with prune"
	}
	return "Merging"
}

func deletesData(s scene, c compare.Change) []Danger {
	tail := ""
	switch o := baseOf(c); o.kind() {
	case "/Namespace":
		tail = "the Namespace and everything in it"
	case "apiextensions.k8s.io/CustomResourceDefinition":
		tail = "the CustomResourceDefinition and with it every resource of its kind in the cluster"
	case "/PersistentVolumeClaim":
		tail = "the PersistentVolumeClaim, and its data unless the volume's reclaim policy is Retain"
	case "/PersistentVolume":
		tail = "the PersistentVolume, and its data unless its reclaim policy is Retain"
		if o.text("spec", "persistentVolumeReclaimPolicy") == "Retain" {
			tail = "the PersistentVolume; its reclaim policy retains the data"
		}
	case "apps/StatefulSet":
		tail = "the StatefulSet and its pods; the claims stay"
		if o.text("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete" {
			tail = "the StatefulSet, its pods and, by its retention policy, its claims"
		}
	}
	if tail == "" || s.fateOf(c) != deleted {
		return nil
	}
	return one(fmt.Sprintf("%s deletes %s.", s.deleter(), tail))
}

func removesProtection(s scene, c compare.Change) []Danger {
	if s.fateOf(c) != deleted {
		return nil
	}
	switch baseOf(c).kind() {
	case "policy/PodDisruptionBudget":
		return one(s.deleter() + " deletes the PodDisruptionBudget: a drain may then stop all pods at once.")
	case "networking.k8s.io/NetworkPolicy":
		return one(s.deleter() + " deletes the NetworkPolicy: traffic that it kept out is then let in.")
	}
	return nil
}

// cascades is about the Application's own end.
func cascades(s scene) []Danger {
	if !s.leaves() || !s.app.Sync.Finalizer {
		return nil
	}
	n := 0
	for _, o := range objects(s.result.Base) {
		if compare.Hook(o) == "" && option(s.base, o, "Delete") == "" {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return one(fmt.Sprintf("Once the Application is deleted, its finalizer deletes %s too.", its(n)))
}

func its(n int) string {
	if n == 1 {
		return "its 1 resource"
	}
	return fmt.Sprintf("its %d resources", n)
}
