// Package e2e runs argoplan in the places where it will be used: in its image,
// started as GitHub's runner starts it; under act; and against Gitea. The tests
// have the build tag e2e, because they need a Docker engine and what make e2e
// builds for them.
package e2e
