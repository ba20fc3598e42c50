package render

import (
	"bytes"
	"fmt"
	"strings"
)

// hookForm takes a hook's template and its manifest.
const hookForm = "---\n# Source: %s\n%s\n"

// printRelease prints what "helm template" prints: manifests, then hooks, each
// under a comment with its template.
func printRelease(manifests string, hooks []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintln(&out, strings.TrimSpace(manifests))
	out.Write(hooks)
	return out.Bytes()
}
