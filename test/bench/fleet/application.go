package fleet

import "sigs.k8s.io/yaml"

// describe writes the Application's own document to both states.
func (b *builder) describe(a Application, affected bool) Application {
	a.Namespace, a.File = a.Name, "apps/"+a.Name+".yaml"
	b.base[a.File] = a.document(b.spec.Charts, a.Versions[0])
	if affected && a.Versions[0] != a.Versions[1] {
		b.head[a.File] = a.document(b.spec.Charts, a.Versions[1])
	}
	return a
}

// document is the Application as Argo CD knows it.
func (a Application) document(charts, version string) string {
	spec := map[string]any{
		"project":     "default",
		"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": a.Namespace},
		"syncPolicy":  map[string]any{"automated": map[string]any{"prune": true}},
	}
	if a.Type == Chart {
		spec["sources"] = []any{
			map[string]any{"repoURL": charts, "chart": a.Chart, "targetRevision": version, "helm": a.valueFiles("$values/")},
			map[string]any{"repoURL": Repository, "targetRevision": "main", "ref": "values"},
		}
	} else {
		spec["source"] = a.source()
	}
	text, _ := yaml.Marshal(map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
		"metadata": map[string]any{"name": a.Name, "namespace": "argocd"}, "spec": spec,
	})
	return string(text)
}

// source is one in the repository itself.
func (a Application) source() map[string]any {
	source := map[string]any{"repoURL": Repository, "targetRevision": "main", "path": a.Path}
	switch a.Type {
	case Helm:
		source["helm"] = a.valueFiles("/")
	case Helmfile:
		source["plugin"] = map[string]any{"name": "helmfile"}
	case Directory:
		source["directory"] = map[string]any{"recurse": true}
	case Chart, Kustomize, Jsonnet:
	}
	return source
}

func (a Application) valueFiles(root string) map[string]any {
	var list []any
	for _, name := range a.Values {
		list = append(list, root+name)
	}
	return map[string]any{"valueFiles": list}
}
