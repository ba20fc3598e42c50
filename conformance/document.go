package conformance

import (
	"fmt"
	"os"
	"strings"
)

// writeDocument writes docs/conformance.md: the table and the known
// differences.
func writeDocument(file string, t *Table, known []Known) error {
	var out strings.Builder
	fmt.Fprintf(&out, documentHead, t)
	if len(known) == 0 {
		out.WriteString("None.\n")
	}
	for _, k := range known {
		fmt.Fprintf(&out, "- `%s`: %s ([source](%s))\n", k.Case, k.Reason, k.Link)
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}

const documentHead = `<!-- Written by "make conformance CONFORMANCE=-write"; do not edit. -->
# Conformance

Each case is an Application and a repository. Argo CD v3.6.1's own repo-server code and its config management plugin
server render it, with the same ` + "`helm` and `kustomize`" + ` commands that argoplan's libraries come from, and so does
` + "`argoplan render`" + `. The manifests must be the same, object by object and in the same order, or both must fail for the same
reason. A difference that is not listed below fails ` + "`make conformance`" + `.

%s
## Known differences

`
