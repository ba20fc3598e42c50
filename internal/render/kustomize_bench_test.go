package render

import (
	"fmt"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

// BenchmarkKustomize builds an overlay of one Deployment and one Service, once
// alone and once from several goroutines that wait for each other.
func BenchmarkKustomize(b *testing.B) {
	root := tree(b,
		"base/kustomization.yaml", "resources: [deployment.yaml]\n", "base/deployment.yaml", deployment,
		"over/kustomization.yaml", "resources: [../base]\nconfigMapGenerator:\n- {name: a, literals: [b=c]}\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n    spec: {replicas: 2}\n")
	in := kustomizeInput(b, root, "over", &argocd.Kustomize{Images: []string{"nginx:2"}})
	render := func(b *testing.B) {
		if _, err := buildKustomize(b, Options{}, in); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			render(b)
		}
	})
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				render(b)
			}
		})
	})
}

// BenchmarkKustomizeMonorepo shows that the size of the repository around a
// source costs nothing.
func BenchmarkKustomizeMonorepo(b *testing.B) {
	files := []string{"over/kustomization.yaml", "resources: [d.yaml]\n", "over/d.yaml", deployment}
	for i := range 5000 {
		files = append(files, fmt.Sprintf("other/%d/file.yaml", i), deployment)
	}
	in := kustomizeInput(b, tree(b, files...), "over", &argocd.Kustomize{Images: []string{"nginx:2"}})
	for b.Loop() {
		if _, err := buildKustomize(b, Options{}, in); err != nil {
			b.Fatal(err)
		}
	}
}
