package comment

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// follows are the keys whose value may be the Application's own name or
// namespace. Elsewhere such a text can mean anything, and a difference in it
// is a difference.
var follows = map[string]bool{
	"namespace": true, "name": true, "serviceAccountName": true,
	"app.kubernetes.io/instance": true, "app.kubernetes.io/name": true, "app": true, "release": true,
}

// key is equal for a change in two Applications if it is the same change, but
// for names and namespaces that follow the Application. What a danger says is
// part of it. Masked values are never alike: nobody can see if they are.
func (c change) key(a *report.Application) string {
	owner := ""
	if strings.Contains(c.Diff, "<masked") {
		owner = a.Namespace + "/" + a.Name
	}
	n := normaliser{a}
	var paths []string
	for _, p := range c.Paths {
		paths = append(paths, digest(p.Path, p.Action, n.value(lastKey(p.Path), p.From), n.value(lastKey(p.Path), p.To)))
	}
	var lines []string
	for _, l := range strings.Split(c.Diff, "\n") {
		lines = append(lines, n.line(l))
	}
	var dangers []string
	for _, d := range dangersOf(a, c.Change) {
		dangers = append(dangers, d.Rule)
	}
	return digest(owner, c.Action, c.APIVersion, c.Kind, n.value("namespace", c.Namespace), n.value("name", c.Name), c.Hook,
		paths, lines, c.folded, dangers, c.Summary)
}

// normaliser replaces what follows an Application.
type normaliser struct{ a *report.Application }

// The placeholders hold a character that no value has, once it is visible.
const (
	namespaceOf = "\x00namespace"
	nameOf      = "\x00name"
)

// value replaces the value of one key.
func (n normaliser) value(key, value string) string {
	switch {
	case !follows[key]:
		return value
	case key == "namespace" && value == n.a.Destination.Namespace:
		return namespaceOf
	case key == "namespace":
		return value
	}
	return replaceWord(value, n.a.Name, nameOf)
}

// line replaces the value of a line such as "+   name: web-dev".
func (n normaliser) line(line string) string {
	start, value, ok := strings.Cut(line, ": ")
	if !ok {
		return line
	}
	return start + ": " + n.value(strings.TrimLeft(start, "+- "), value)
}

// lastKey gives the key that a path ends in.
func lastKey(path string) string {
	if strings.HasSuffix(path, "]") {
		return path[strings.LastIndexByte(path, '[')+1 : len(path)-1]
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// replaceWord replaces word at the start of s if it is a whole part of the
// name: Helm calls the resources of release web "web" and "web-cache".
func replaceWord(s, word, by string) string {
	rest, ok := strings.CutPrefix(s, word)
	if !ok || word == "" || (rest != "" && rest[0] != '-') {
		return s
	}
	return by + rest
}

// digest gives one short text for many values; other values give another.
func digest(values ...any) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%#v", values)))
}
