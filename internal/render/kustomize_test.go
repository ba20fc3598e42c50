package render

import (
	"path/filepath"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

// kustomizeInput is a Kustomize source in the directory dir of the tree root.
func kustomizeInput(t testing.TB, root, dir string, options *argocd.Kustomize) Input {
	t.Helper()
	in := testInput(t, root, nil)
	in.Dir = filepath.Join(in.Root, dir)
	in.Source.Path = dir
	in.Source.Kustomize = options
	return in
}

// buildKustomize renders and gives the text that kustomize printed.
func buildKustomize(t testing.TB, o Options, in Input) (string, error) {
	t.Helper()
	out, err := New(o).kustomize(t.Context(), in)
	return string(out), err
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.0
`

