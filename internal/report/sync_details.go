package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// details says what the pull request makes of the policy, and how hooks, waves
// and options shape the sync.
func (s scene) details() []string {
	if s.app.Presence == Deleted {
		return nil
	}
	var all []string
	for _, find := range []func(scene) []string{policyTurns, hooks, waves, applied, ignoredChanges} {
		all = append(all, find(s)...)
	}
	return all
}

// policyTurns tells what the pull request turns on or off.
func policyTurns(s scene) []string {
	if s.base == nil || s.head == nil {
		return nil
	}
	before, after := policy(s.base.Spec.SyncPolicy), policy(s.head.Spec.SyncPolicy)
	var list []string
	switch {
	case before == Manual && after != Manual:
		list = append(list, "automated sync is turned on")
	case before != Manual && after == Manual:
		list = append(list, "automated sync is turned off")
	}
	if before != AutoPrune && after == AutoPrune {
		list = append(list, "prune is turned on: what earlier changes left in the cluster is deleted, too")
	}
	if !selfHeals(s.base.Spec.SyncPolicy) && selfHeals(s.head.Spec.SyncPolicy) {
		list = append(list, "selfHeal is turned on: changes made by hand in the cluster are undone")
	}
	return list
}

// hooks lists those that a sync runs, with what becomes of them.
func hooks(s scene) []string {
	byPhase := map[string][]string{}
	for _, o := range objects(s.result.Head) {
		for phase := range strings.SplitSeq(compare.Hook(o), ",") {
			if phase != "" {
				byPhase[phase] = append(byPhase[phase], fmt.Sprintf("%s (%s)", o.name(), strings.Join(hookPolicies(o), ", ")))
			}
		}
	}
	var list []string
	for _, phase := range []string{"PreSync", "Sync", "PostSync", "SyncFail"} {
		if names := byPhase[phase]; len(names) > 0 {
			slices.Sort(names)
			list = append(list, fmt.Sprintf("each sync runs %s: %s", plural(len(names), "the "+phase+" hook", "the "+phase+" hooks"), some(names)))
		}
	}
	return list
}

// some names the first few.
func some(names []string) string {
	const shown = 5
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// waves tells the order of what changes, if there is one.
func waves(s scene) []string {
	resources := map[int]int{}
	for _, c := range s.app.Changes {
		if c.Hook != "" || c.Head == nil {
			continue
		}
		wave, err := strconv.Atoi(headOf(c).text("metadata", "annotations", syncWave))
		if err != nil {
			wave = 0 // Argo CD takes what is no number for the first wave
		}
		resources[wave]++
	}
	if len(resources) < 2 {
		return nil
	}
	var order []int
	for wave := range resources {
		order = append(order, wave)
	}
	slices.Sort(order)
	var parts []string
	for _, wave := range order {
		parts = append(parts, fmt.Sprintf("%d (%d changed)", wave, resources[wave]))
	}
	return []string{"applied in waves, each once the one before is healthy: " + strings.Join(parts, ", ")}
}

// applied tells the changed resources that are not merely applied.
func applied(s scene) []string {
	var list []string
	for _, o := range []struct{ name, about string }{
		{"Replace", "replaced as a whole, so that fields which others have set are lost"},
		{"Force", "deleted and created anew where they can't be updated"},
		{"ServerSideApply", "applied on the server, which takes over fields that others manage"},
	} {
		n := 0
		for _, c := range s.app.Changes {
			if c.Action == compare.Modify && option(s.definition(), headOf(c), o.name) == "true" {
				n++
			}
		}
		if n > 0 {
			list = append(list, fmt.Sprintf("%s=true: %s %s", o.name, plural(n, "1 changed resource is", fmt.Sprintf("%d changed resources are", n)), o.about))
		}
	}
	return list
}

// ignoredChanges tells what the Application's ignoreDifferences makes of the
// change, and what of it can't be told.
func ignoredChanges(s scene) []string {
	n := 0
	var unread []string
	for _, c := range s.app.Changes {
		if s.ignored(c) {
			n++
		}
		for _, d := range s.definition().Spec.IgnoreDifferences {
			if c.Action == compare.Modify && concerns(d, headOf(c)) {
				unread = append(unread, s.unread(d, c)...)
			}
		}
	}
	var list []string
	if n > 0 {
		effect := "makes nothing OutOfSync; a sync for another reason applies it"
		if appOption(s.definition(), "RespectIgnoreDifferences") == "true" {
			effect = "is not applied (RespectIgnoreDifferences)"
		}
		list = append(list, fmt.Sprintf("ignoreDifferences: what changes in %s %s", resources(n), effect))
	}
	slices.Sort(unread)
	return append(list, slices.Compact(unread)...)
}

// unread says which parts of an entry are not followed, and why.
func (s scene) unread(d argocd.IgnoreDifference, c compare.Change) []string {
	var list []string
	if len(d.ManagedFieldsManagers) > 0 {
		list = append(list, "ignoreDifferences names managers of fields, whose part in the change only the cluster knows: "+strings.Join(d.ManagedFieldsManagers, ", "))
	}
	for _, expression := range d.JQPathExpressions {
		if _, err := withoutJQ(headOf(c), expression); err != nil {
			list = append(list, "ignoreDifferences: "+err.Error())
		}
	}
	return list
}
