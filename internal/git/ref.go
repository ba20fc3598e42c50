package git

import (
	"regexp"
	"slices"
	"strings"
)

// Ref is one line of git ls-remote. Annotated tags have a second one whose name
// ends in "^{}" and whose id is the commit's.
type Ref struct{ Name, ID string }

// ParseRefs reads the output of git ls-remote; other lines are left out.
func ParseRefs(out []byte) []Ref {
	var refs []Ref
	for line := range strings.Lines(string(out)) {
		id, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if ok && IsSHA(id) {
			refs = append(refs, Ref{Name: name, ID: id})
		}
	}
	return refs
}

// find gives the id of a ref by its full name.
func find(refs []Ref, name string) (string, bool) {
	i := slices.IndexFunc(refs, func(r Ref) bool { return r.Name == name })
	if i < 0 {
		return "", false
	}
	return refs[i].ID, true
}

var fullSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)

// IsSHA says whether rev is a full commit id: 40 lower-case hexadecimal digits.
func IsSHA(rev string) bool { return fullSHA.MatchString(rev) }
