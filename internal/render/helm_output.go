package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/release"
)

// printRelease prints what "helm template" prints: manifests, then hooks, each
// under a comment with its template.
func printRelease(r *release.Release, skipTests bool) []byte {
	var out bytes.Buffer
	fmt.Fprintln(&out, strings.TrimSpace(r.Manifest))
	for _, hook := range r.Hooks {
		if skipTests && slices.Contains(hook.Events, release.HookTest) {
			continue
		}
		fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return out.Bytes()
}
