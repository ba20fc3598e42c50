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

// judged fills in how the Application syncs, what that makes of the change and
// what is dangerous in it.
func judged(s scene) Application {
	def := s.definition()
	s.app.Sync = Sync{Policy: policy(def.Spec.SyncPolicy), SelfHeal: selfHeals(def.Spec.SyncPolicy), Finalizer: hasCascade(def)}
	if s.app.Presence == Renamed {
		s.app.Sync.Finalizer = hasCascade(s.base)
	}
	s.app.Dangers = dangersOf(s)
	s.app.Sync.Meaning = s.meaning()
	if s.app.State == Changed {
		s.app.Sync.Details, s.app.Sync.Kept, s.app.Renames = s.details(), s.kept(), renames(s)
	}
	return s.app
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
	return def != nil && slices.ContainsFunc(def.Finalizers, func(f string) bool {
		return f == cascade || strings.HasPrefix(f, cascade+"/")
	})
}

// meaning is one sentence on what merging does to the cluster.
func (s scene) meaning() string {
	a := s.app
	switch {
	case a.State == Failed:
		return "unknown: it could not be rendered on both sides"
	case a.State == Skipped:
		return "unknown: it was not rendered"
	case a.Presence == Deleted:
		return s.deletion()
	case a.Presence == Renamed:
		return "Argo CD deletes the old Application and creates the new one" + s.orphans()
	case s.changesCluster():
		return s.prefix() + "everything is created anew in another cluster, and what is in the old one stays"
	case len(a.Changes) == 0:
		return "nothing changes in the cluster"
	case a.Sync.Policy == Manual:
		return "manual: nothing happens until someone syncs"
	}
	return s.sync()
}

func (s scene) changesCluster() bool {
	return s.base != nil && s.head != nil &&
		destination(s.base.Spec.Destination).Cluster != destination(s.head.Spec.Destination).Cluster
}

// prefix names the policy.
func (s scene) prefix() string { return string(s.app.Sync.Policy) + ": " }

// deletion is about the Application's own end. Whether anybody deletes the
// Application depends on how it is managed, hence "once".
func (s scene) deletion() string {
	if !s.app.Sync.Finalizer {
		return fmt.Sprintf("once the Application is deleted, its %s in the cluster, managed by nobody", stay(s.count(kept)))
	}
	n := s.count(deleted)
	return fmt.Sprintf("once the Application is deleted, its finalizer deletes its %s too%s", resources(n), s.exceptions())
}

// orphans says what becomes of the resources of an Application that is renamed.
// Those that another one tracks by now are not the old one's, so its finalizer
// deletes what no sync took over.
func (s scene) orphans() string {
	manual := s.app.Sync.Policy == Manual
	switch {
	case s.app.Sync.Finalizer && manual:
		return ", and the finalizer deletes the old one's resources; manual: the new one has none until someone syncs"
	case s.app.Sync.Finalizer:
		return ", and the finalizer deletes the old one's resources; a sync of the new one creates its own"
	case manual:
		return "; manual: what both define stays and goes over to the new one when someone syncs"
	}
	return "; what both define stays and goes over to the new one"
}

// sync is about an automated sync of the change. Without any difference that
// Argo CD counts, there is none.
func (s scene) sync() string {
	if slices.ContainsFunc(s.app.Dangers, func(d Danger) bool { return d.FailsSync }) {
		return s.automated() + ", but the sync will fail"
	}
	return s.automated()
}

func (s scene) automated() string {
	if reason := s.stays(); reason != "" {
		return s.prefix() + reason
	}
	if s.app.Sync.Policy == Auto {
		if n := s.count(kept); n > 0 {
			return fmt.Sprintf("auto without prune: %s in the cluster", removedStay(n))
		}
		return "auto: applied on merge, nothing is removed"
	}
	what := "nothing"
	if n := s.count(deleted); n > 0 {
		what = resources(n)
	} else if s.exceptions() == "" {
		return "auto+prune: applied on merge, nothing is removed"
	}
	return fmt.Sprintf("auto+prune: %s will be deleted%s", what, s.exceptions())
}

// stays says why an Application stays Synced, so that no sync begins.
func (s scene) stays() string {
	unseen, pruned := 0, 0
	for _, c := range s.app.Changes {
		switch {
		case c.Hook != "" || s.ignored(c):
			unseen++
		case c.Action == compare.Remove && extraneous(baseOf(c)):
			pruned++
		default:
			return ""
		}
	}
	switch {
	case pruned > 0 && s.app.Sync.Policy == AutoPrune:
		return fmt.Sprintf("no sync begins, for IgnoreExtraneous hides what is removed; the next one decides on %s", resources(pruned))
	case pruned > 0:
		return ""
	case s.anyIgnored():
		return "no sync begins, for ignoreDifferences hides every change"
	case unseen > 0:
		return "no sync begins, for only hooks change; the next sync runs them"
	}
	return ""
}

func (s scene) anyIgnored() bool { return slices.ContainsFunc(s.app.Changes, s.ignored) }

// exceptions names what the deletion leaves out.
func (s scene) exceptions() string {
	option := "Prune"
	if s.leaves() {
		option = "Delete"
	}
	var parts []string
	if n := s.count(kept); n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s (%s=false)", n, plural(n, "stays", "stay"), option))
	}
	if n := s.count(confirmed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s for someone to confirm (%s=confirm)", n, plural(n, "waits", "wait"), option))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// Deletes counts the resources that Argo CD deletes without asking again once
// the pull request is merged; for a deleted Application, once that is done.
func (a *Application) Deletes() int {
	switch {
	case a.State != Changed:
		return 0
	case a.Presence == Deleted || a.Presence == Renamed:
		if !a.Sync.Finalizer {
			return 0
		}
	case a.Sync.Policy != AutoPrune:
		return 0
	}
	n := -a.Sync.Kept
	for _, c := range a.Changes {
		if c.Action == compare.Remove && c.Hook == "" {
			n++
		}
	}
	return max(n, 0)
}

// kept counts the removed resources that prune would delete, if they or a sync
// that doesn't begin did not keep it from that.
func (s scene) kept() int {
	n := s.count(kept) + s.count(confirmed)
	if !s.leaves() && s.app.Sync.Policy == AutoPrune && s.stays() != "" {
		n += s.count(deleted)
	}
	return n
}

// count counts the removed resources that meet a fate. Hooks are not among
// them: Argo CD deletes a hook by its own delete policy.
func (s scene) count(f fate) int {
	n := 0
	for _, c := range s.app.Changes {
		if c.Action == compare.Remove && c.Hook == "" && s.fateOf(c) == f {
			n++
		}
	}
	return n
}

func plural(n int, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

func resources(n int) string { return fmt.Sprintf("%d %s", n, plural(n, "resource", "resources")) }

func stay(n int) string { return resources(n) + plural(n, " stays", " stay") }

func removedStay(n int) string {
	return fmt.Sprintf("%d removed %s", n, plural(n, "resource stays", "resources stay"))
}

func willBe(n int) string { return resources(n) + plural(n, " is", " are") }
