package action

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// summary is an Application's end in a few words, for the log.
func summary(a report.Application) string {
	switch a.State {
	case report.Failed:
		return "could not be rendered"
	case report.Skipped:
		return a.Skipped
	case report.Unchanged:
		return fmt.Sprintf("%d resources, none changes", a.UnchangedResources)
	}
	n := map[compare.Action]int{}
	for _, c := range a.Changes {
		n[c.Action]++
	}
	return fmt.Sprintf("+%d ~%d -%d", n[compare.Add], n[compare.Modify], n[compare.Remove])
}

// details are the lines below an Application's title in the log.
func details(a report.Application) []string {
	var lines []string
	for _, r := range a.Reasons {
		lines = append(lines, "because "+r)
	}
	for _, c := range a.Changes {
		lines = append(lines, fmt.Sprintf("%s %s %s", c.Action, c.Kind, strings.TrimPrefix(c.Namespace+"/"+c.Name, "/")))
	}
	for _, w := range a.Warnings {
		lines = append(lines, "warning: "+w.Message)
	}
	for _, f := range a.Failures {
		lines = append(lines, fmt.Sprintf("%s: %s", f.Side, f.Message))
		if f.Hint != "" {
			lines = append(lines, "hint: "+f.Hint)
		}
	}
	return lines
}
