package git

import (
	"regexp"
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

var fullSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)

// IsSHA says whether rev is a full commit id: 40 lower-case hexadecimal digits.
func IsSHA(rev string) bool { return fullSHA.MatchString(rev) }
