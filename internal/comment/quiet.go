package comment

import (
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// quiet is the metadata of one Application that many of its resources change
// in the same way, such as the label helm.sh/chart. It is shown once.
type quiet struct {
	groups  []*quietGroup
	grouped map[*compare.Change]bool
	// facts are what the groups show, with the path as at the top of a
	// resource; lines are the same as text, below their title.
	facts map[compare.PathChange]bool
	lines map[string]bool
}

// quietGroup is resources with the very same changes, all of them metadata.
type quietGroup struct {
	changes []*compare.Change
	hook    bool
}

// many is how many resources must change the same metadata, and nothing else,
// for it to be said once.
const many = 2

// findQuiet groups the resources in which only metadata changes. Whatever a
// danger names stands alone.
func findQuiet(a *report.Application) *quiet {
	q := &quiet{grouped: map[*compare.Change]bool{}, facts: map[compare.PathChange]bool{}, lines: map[string]bool{}}
	alone := func(c *compare.Change) bool { return len(dangersOf(a, c)) > 0 }
	for _, g := range groupBy(a, func(c *compare.Change) bool { return onlyMetadata(c) && !alone(c) }, false) {
		if len(g.changes) >= many {
			q.learn(g.changes[0])
		}
	}
	for _, g := range groupBy(a, func(c *compare.Change) bool { return q.covers(c) && !alone(c) }, true) {
		q.groups = append(q.groups, g)
		for _, c := range g.changes {
			q.grouped[c] = true
		}
	}
	return q
}

// groupBy puts the wanted changes with the same paths and values together, in
// the order of the first; hooks apart if asked to.
func groupBy(a *report.Application, want func(*compare.Change) bool, hooksApart bool) []*quietGroup {
	byKey := map[string]*quietGroup{}
	var all []*quietGroup
	for i := range a.Changes {
		c := &a.Changes[i]
		if !want(c) {
			continue
		}
		hook := hooksApart && c.Hook != ""
		key := digest(hook, c.Diff, c.Paths, hooksApart && podsRestart(c))
		if byKey[key] == nil {
			byKey[key] = &quietGroup{hook: hook}
			all = append(all, byKey[key])
		}
		byKey[key].changes = append(byKey[key].changes, c)
	}
	return all
}

// learn takes what one resource shows as said.
func (q *quiet) learn(c *compare.Change) {
	for _, p := range c.Paths {
		q.facts[p] = true
	}
	for _, h := range hunks(c.Diff) {
		for _, l := range h.lines {
			q.lines[h.title+"\n"+l] = true
		}
	}
}

// covers is true if all that the resource changes is said by the groups, of
// the resource itself or of the pods that it makes.
func (q *quiet) covers(c *compare.Change) bool {
	if c.Action != compare.Modify || len(c.Paths) == 0 {
		return false
	}
	for _, p := range c.Paths {
		if !q.says(p) {
			return false
		}
	}
	return true
}

// says is true if p is one of the facts, but for where the metadata is.
func (q *quiet) says(p compare.PathChange) bool {
	_, p.Path = atTop(p.Path)
	return q.facts[p]
}

// templates are where a workload has the metadata of what it makes. That of a
// StatefulSet's volume claims is not among them: it can't be changed.
var templates = []string{"spec.template.", "spec.jobTemplate.spec.template.", "spec.jobTemplate."}

// atTop splits "spec.template.metadata.labels.app" into the template and the
// rest. The template is "" for every other path.
func atTop(path string) (template, rest string) {
	for _, t := range templates {
		if within(path, t+"metadata") {
			return t, path[len(t):]
		}
	}
	return "", path
}

// onlyMetadata is true if a resource changes its own metadata and no more.
func onlyMetadata(c *compare.Change) bool {
	for _, p := range c.Paths {
		if !strings.HasPrefix(p.Path, "metadata.") {
			return false
		}
	}
	return c.Action == compare.Modify && len(c.Paths) > 0
}

// podsRestart is true if the change reaches the template of running pods.
func podsRestart(c *compare.Change) bool {
	switch c.Kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout":
	default:
		return false
	}
	for _, p := range c.Paths {
		if strings.HasPrefix(p.Path, "spec.template.") {
			return true
		}
	}
	return false
}
