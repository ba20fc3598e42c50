// Package conformance holds argoplan's renders against Argo CD's own code: the
// repo-server's manifest service and the config management plugin server, both
// linked in, with the same helm and kustomize commands. It is a module of its
// own because Argo CD needs a newer Go and replace directives that argoplan's
// users should not inherit. Run it with "make conformance".
package conformance
