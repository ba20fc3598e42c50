package comment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// What a chart makes up on each render, such as a password, is no change of
// the pull request. It is named, and its values are not shown.

// volatilePaths names the fields that differ on every render.
func volatilePaths(c *compare.Change) []string {
	var paths []string
	for _, p := range c.Paths {
		if p.Volatile {
			paths = append(paths, codeSpan(p.Path))
		}
	}
	return paths
}

// settled gives the changes that are not of that kind.
func settled(c *compare.Change) []compare.PathChange {
	return slices.DeleteFunc(slices.Clone(c.Paths), func(p compare.PathChange) bool { return p.Volatile })
}

// writeVolatile names what the Application makes up on every render.
func (p *page) writeVolatile(b *strings.Builder, s *section) {
	n := len(s.Volatile)
	switch {
	case n == 0:
	case p.rung < full:
		fmt.Fprintf(b, "Left out: %s of %s that differ on every render\n\n", count(n, "value"), codeSpan(s.label))
	default:
		fmt.Fprintf(b, "<details><summary>Left out: %s of %s that differ on every render</summary>\n\n", count(n, "value"), inSummary(s.label))
		for _, v := range s.Volatile {
			fmt.Fprintf(b, "- %s\n", codeSpan(v))
		}
		b.WriteString("\n</details>\n\n")
	}
}

// volatileWords completes the line of an unchanged Application.
func (s *section) volatileWords() string {
	if len(s.Volatile) == 0 {
		return ""
	}
	var spans []string
	for _, v := range s.Volatile {
		spans = append(spans, codeSpan(v))
	}
	return fmt.Sprintf("; differs on every render: %s", strings.Join(spans, ", "))
}
