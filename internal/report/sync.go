package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// cascade begins the finalizers by which Argo CD deletes an Application's
// resources with it; "/background" may follow.
const cascade = "resources-finalizer.argocd.argoproj.io"

// syncOf says how an Application syncs and what that makes of the change.
func syncOf(def *argocd.Application, a Application) Sync {
	s := Sync{Policy: policy(def.Spec.SyncPolicy), SelfHeal: selfHeals(def.Spec.SyncPolicy), Finalizer: hasCascade(def)}
	s.Meaning = s.meaning(a)
	return s
}

// policy takes automated without enabled: false for automated, as the
// application controller does.
func policy(p *argocd.SyncPolicy) Policy {
	switch {
	case p == nil || p.Automated == nil || p.Automated.Enabled != nil && !*p.Automated.Enabled:
		return Manual
	case p.Automated.Prune:
		return AutoPrune
	}
	return Auto
}

func selfHeals(p *argocd.SyncPolicy) bool {
	return policy(p) != Manual && p.Automated.SelfHeal
}

func hasCascade(def *argocd.Application) bool {
	return slices.ContainsFunc(def.Finalizers, func(f string) bool {
		return f == cascade || strings.HasPrefix(f, cascade+"/")
	})
}

// meaning is one sentence on what merging does to the cluster.
func (s Sync) meaning(a Application) string {
	switch {
	case a.State == Failed:
		return "unknown: it could not be rendered on both sides"
	case a.State == Skipped:
		return "unknown: it was not rendered"
	case a.Presence == Deleted:
		return s.deletion(a)
	case a.Presence == Renamed:
		return "Argo CD deletes the old Application and creates the new one" + s.orphans()
	case len(a.Changes) == 0:
		return "nothing changes in the cluster"
	}
	return s.sync(removed(a))
}

// deletion is about the Application's own end. Whether anybody deletes the
// Application depends on how it is managed, hence "once".
func (s Sync) deletion(a Application) string {
	n := resources(len(a.Changes))
	if s.Finalizer {
		return fmt.Sprintf("once the Application is deleted, its finalizer deletes its %s too", n)
	}
	return fmt.Sprintf("once the Application is deleted, its %s stay in the cluster, managed by nobody", n)
}

func (s Sync) orphans() string {
	if s.Finalizer {
		return ", and the finalizer deletes the old one's resources"
	}
	return "; what both define goes over to the new one"
}

// sync is about an automated or manual sync of the change.
func (s Sync) sync(gone int) string {
	switch {
	case s.Policy == Manual:
		return "manual: nothing happens until someone syncs"
	case gone == 0:
		return "automated: applied on merge, nothing is removed"
	case s.Policy == AutoPrune:
		return fmt.Sprintf("automated with prune: %s deleted on merge", willBe(gone))
	case gone == 1:
		return "automated without prune: 1 removed resource stays in the cluster"
	}
	return fmt.Sprintf("automated without prune: %d removed resources stay in the cluster", gone)
}

// Deletes counts the resources that Argo CD deletes without asking again once
// the pull request is merged; for a deleted Application, once that is done.
func (a *Application) Deletes() int {
	switch {
	case a.State != Changed:
		return 0
	case a.Presence == Deleted && !a.Sync.Finalizer:
		return 0
	case a.Presence != Deleted && a.Sync.Policy != AutoPrune:
		return 0
	}
	return removed(*a)
}

// removed counts the resources that a sync would prune. Hooks are not among
// them: Argo CD deletes a hook by its own delete policy.
func removed(a Application) int {
	n := 0
	for _, c := range a.Changes {
		if c.Action == compare.Remove && c.Hook == "" {
			n++
		}
	}
	return n
}

func resources(n int) string {
	if n == 1 {
		return "1 resource"
	}
	return fmt.Sprintf("%d resources", n)
}

func willBe(n int) string {
	if n == 1 {
		return "1 resource is"
	}
	return fmt.Sprintf("%d resources are", n)
}
