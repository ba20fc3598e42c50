package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// pathsShown bounds the paths of one resource in the short form.
const pathsShown = 12

// id is how a reader names a resource: "Deployment shop/api".
func (c *change) id() string {
	if c.Namespace == "" {
		return c.Kind + " " + c.Name
	}
	return c.Kind + " " + c.Namespace + "/" + c.Name
}

// verb is the action, in our own words.
func (c *change) verb() string {
	switch c.Action {
	case compare.Add, compare.Remove:
		return string(c.Action)
	}
	return string(compare.Modify)
}

// hook tells that Argo CD runs the resource rather than keeping it.
func (c *change) hook() string { return "hook " + codeSpan(c.Hook) }

// name is the change at the rung list.
func (c *change) name() string {
	s := c.verb() + " " + codeSpan(c.id())
	if c.Hook != "" {
		s += " (" + c.hook() + ")"
	}
	return s
}

// withPaths is the change at the rung short: a list item.
func (c *change) withPaths() string {
	s := "- " + c.name()
	var paths []string
	for _, p := range c.Paths[:min(len(c.Paths), pathsShown)] {
		paths = append(paths, codeSpan(p.Path))
	}
	if len(paths) > 0 {
		s += ": " + strings.Join(paths, ", ")
	}
	if more := len(c.Paths) - pathsShown; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s + "\n"
}

// withDiff is the change in full.
func (c *change) withDiff() string {
	about := codeSpan(c.APIVersion)
	if c.Hook != "" {
		about += ", " + c.hook()
	}
	s := fmt.Sprintf("**%s** %s (%s)\n\n", c.verb(), codeSpan(c.id()), about)
	if c.Diff == "" {
		return s
	}
	return s + fence("diff", c.Diff) + "\n"
}
