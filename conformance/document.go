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

Each case is an Application and a repository, or an ApplicationSet. Argo CD v3.6.1's own code and argoplan's command both handle it:

- **Applications**: Argo CD's repo-server and its config management plugin server render them, with the ` + "`helm` and `kustomize`" + ` commands of
  the versions that argoplan links, and so does ` + "`argoplan render`" + `. The manifests must be the same, object by object and in the same order.
- **Settings**: a case's ` + "`argocd-cm`" + ` goes through Argo CD's own settings code on one side and the input ` + "`settings`" + ` on the other.
- **Registries**: charts and trees are pulled from an OCI registry on the loopback interface, by both.
- **ApplicationSets**: Argo CD's generators and templates expand them, with the Git generators asking the repo-server, and
  ` + "`argoplan list --output-dir`" + ` writes what argoplan makes of them. The Applications must be the same, field by field; those of a merge have no order.

Where Argo CD fails, argoplan must fail for the same reason. A difference that is not listed below fails ` + "`make conformance`" + `.

%s
Each case has a checkout of its own on Argo CD's side, and argoplan may leave nothing in the tree, so no case can reach another. ` + "`-order 7`" + ` among
the flags in ` + "`CONFORMANCE`" + ` runs them in another order.

## Versions

Argo CD renders with Helm 4 since 3.5. Every case runs with Helm 4 and ` + "`argocd-version: 3.6`" + `, which is what the linked code is: all that
argoplan decides by version is then as in 3.6. What Helm has a part in runs again with Helm 3 and ` + "`argocd-version: 3.4`" + `, argoplan's default. That pass
holds the Helm 3 engine: what Argo CD's code does around Helm is 3.6.1's there, too, and no case depends on what changed in it since 3.4.
Other differences between versions, such as globs in value files before 3.4, have no judge here; tests beside
` + "`internal/render/version.go`" + `, which lists them, hold those.

## Not put to the judge

- Fetching with logins, tags and semver ranges of Git repositories, submodules: tests of ` + "`internal/source`" + ` run against real servers.
- Dependencies of charts in OCI registries: ` + "`internal/source`" + ` tests them.
- Generators that ask a service (pull requests, SCM providers, plugins, cluster decisions) and the OCI generator: argoplan takes fixed parameters for them.
- Whether a generated Application's project and cluster exist: nobody knows without the cluster.

## Known differences

`
