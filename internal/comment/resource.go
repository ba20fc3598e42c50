package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// pathsShown bounds the paths of one resource in the short form.
const pathsShown = 12

// change is one resource and what of it is shown on its own.
type change struct {
	*compare.Change
	diff   string               // without what is folded
	folded []compare.PathChange // shown with the group that shares it
}

// id is how a reader names a resource: "Deployment shop/api".
func id(c *compare.Change) string {
	if c.Namespace == "" {
		return c.Kind + " " + c.Name
	}
	return c.Kind + " " + c.Namespace + "/" + c.Name
}

// verb is the action, in our own words.
func (c change) verb() string {
	switch c.Action {
	case compare.Add, compare.Remove:
		return string(c.Action)
	}
	return string(compare.Modify)
}

// hook tells that Argo CD runs the resource rather than keeping it.
func (c change) hook() string { return "hook " + codeSpan(c.Hook) }

// name is the change at the rung list.
func (c change) name() string {
	s := c.verb() + " " + codeSpan(id(c.Change))
	if c.Hook != "" {
		s += " (" + c.hook() + ")"
	}
	return s
}

// withPaths is the change at the rung short: a list item.
func (c change) withPaths() string {
	s := "- " + c.name()
	var paths []string
	more := 0
	for _, p := range c.Paths {
		switch {
		case c.hides(p) || p.Volatile:
		case len(paths) < pathsShown:
			paths = append(paths, codeSpan(p.Path))
		default:
			more++
		}
	}
	switch {
	case len(c.Summary) > 0:
		s += ": " + prose(strings.Join(c.Summary, "; "))
	case len(paths) > 0:
		s += ": " + strings.Join(paths, ", ")
	}
	if more > 0 && len(c.Summary) == 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	if len(c.folded) > 0 {
		s += "; and the shared " + metadataWords(c.folded, codeSpan)
	}
	if v := volatilePaths(c.Change); len(v) > 0 {
		s += "; changes on every render: " + strings.Join(v[:min(len(v), pathsShown)], ", ")
	}
	return s + "\n"
}

func (c change) hides(p compare.PathChange) bool {
	for _, f := range c.folded {
		if f == p {
			return true
		}
	}
	return false
}

// summary says what the diff comes to, if it is of a kind whose diffs are long.
func (c change) summary() string {
	var b strings.Builder
	for _, sentence := range c.Summary {
		b.WriteString("- " + prose(sentence) + "\n")
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// shownDiff is the diff, folded below a summary.
func (c change) shownDiff() string {
	switch {
	case c.diff == "":
		return ""
	case len(c.Summary) == 0:
		return fence("diff", c.diff) + "\n"
	}
	return fmt.Sprintf("<details><summary>The diff, %s</summary>\n\n%s\n</details>\n\n",
		count(strings.Count(c.diff, "\n")+1, "line"), fence("diff", c.diff))
}

// withDiff is the change in full.
func (c change) withDiff() string {
	about := codeSpan(c.APIVersion)
	if c.Hook != "" {
		about += ", " + c.hook()
	}
	s := fmt.Sprintf("**%s** %s (%s)\n\n", c.verb(), codeSpan(id(c.Change)), about)
	s += c.summary() + c.shownDiff()
	if len(c.folded) > 0 {
		s += "And the shared " + metadataWords(c.folded, codeSpan) + "\n\n"
	}
	if v := volatilePaths(c.Change); len(v) > 0 {
		s += "Changes on every render: " + strings.Join(v, ", ") + "\n\n"
	}
	return s
}
