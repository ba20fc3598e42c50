package comment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// item shows a group as one line, with the resources and the diff folded.
func (g *quietGroup) item(a *report.Application) *item {
	it := &item{rank: metadata, hook: g.hook, changes: g.changes}
	first := g.changes[0]
	if podsRestart(first) {
		it.rank = restarts
	}
	var keys []string
	for _, c := range g.changes {
		keys = append(keys, change{Change: c, diff: c.Diff}.key(a))
	}
	slices.Sort(keys) // names that follow the Application may sort otherwise
	it.key = digest(keys)
	it.text = [full + 1]string{
		list:  g.who(codeSpan) + " (only " + metadataWords(first.Paths, codeSpan) + ")",
		short: "- " + g.who(codeSpan) + ": only " + metadataWords(first.Paths, codeSpan) + " changed\n",
		full:  g.folded(it.rank),
	}
	return it
}

// who counts the resources, and names a single one.
func (g *quietGroup) who(code func(string) string) string {
	switch {
	case len(g.changes) == 1:
		return code(id(g.changes[0]))
	case g.hook:
		return count(len(g.changes), "hook")
	}
	return count(len(g.changes), "resource")
}

// folded says what changes in one line. Below it, once unfolded, is the diff
// that all have, and every name.
func (g *quietGroup) folded(r rank) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s: only %s changed", g.who(inSummary), metadataWords(g.changes[0].Paths, inSummary))
	if r == restarts {
		b.WriteString(", so pods restart")
	}
	b.WriteString("</summary>\n\n" + fence("diff", g.changes[0].Diff) + "\n")
	if len(g.changes) > 1 {
		g.writeNames(&b)
		b.WriteString("\n")
	}
	b.WriteString("</details>\n\n")
	return b.String()
}

// writeNames names all resources, by kind.
func (g *quietGroup) writeNames(b *strings.Builder) {
	for i := 0; i < len(g.changes); {
		kind := g.changes[i].Kind
		var names []string
		for ; i < len(g.changes) && g.changes[i].Kind == kind; i++ {
			names = append(names, codeSpan(strings.TrimPrefix(id(g.changes[i]), kind+" ")))
		}
		fmt.Fprintf(b, "- %s %s\n", codeSpan(kind), strings.Join(names, ", "))
	}
}

// metadataWords gives "label `a`", or "labels `a`, `b` and annotation `c`", and
// says if the metadata is also that of pods.
func metadataWords(paths []compare.PathChange, code func(string) string) string {
	var labels, annotations, others []string
	template := false
	for _, p := range paths {
		t, path := atTop(p.Path)
		template = template || t != ""
		switch label, annotation := key(path, "metadata.labels"), key(path, "metadata.annotations"); {
		case label != "":
			labels = appendNew(labels, code(label))
		case annotation != "":
			annotations = appendNew(annotations, code(annotation))
		default:
			others = appendNew(others, code(path))
		}
	}
	var parts []string
	for _, x := range []struct {
		noun string
		keys []string
	}{{"label", labels}, {"annotation", annotations}, {"field", others}} {
		if len(x.keys) > 0 {
			parts = append(parts, plural(len(x.keys), x.noun)+" "+strings.Join(x.keys, ", "))
		}
	}
	words := strings.Join(parts, " and ")
	if template {
		words += " (also of its pod template)"
	}
	return words
}

// key gives the key of a path directly below a map, or "".
func key(path, parent string) string {
	rest, ok := strings.CutPrefix(path, parent)
	switch {
	case !ok || len(rest) < 2:
		return ""
	case rest[0] == '[' && rest[len(rest)-1] == ']':
		return rest[1 : len(rest)-1]
	case rest[0] == '.':
		return rest[1:]
	}
	return ""
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
