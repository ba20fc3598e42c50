package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: app-%[1]d, namespace: argocd}
spec:
  project: default
  destination: {server: https://kubernetes.default.svc, namespace: app-%[1]d}
  source:
    repoURL: https://github.com/bench/fleet.git
    path: charts/app-%[1]d
    targetRevision: main
    helm: {valueFiles: [../../env/app-%[1]d.yaml]}
  syncPolicy: {automated: {prune: true}}
`

const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set-%[1]d, namespace: argocd}
spec:
  goTemplate: true
  generators:
    - %[2]s
  template:
    metadata: {name: 'set-%[1]d-{{ .values.id }}'}
    spec:
      project: default
      destination: {server: https://kubernetes.default.svc, namespace: 'set-%[1]d'}
      source:
        repoURL: https://github.com/bench/fleet.git
        path: charts/app-0
        targetRevision: main
        helm: {valueFiles: ['../../env/set-%[1]d-{{ .values.id }}.yaml']}
`

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: app, image: "example.com/app:{{ .Values.tag }}"}]}
`

// generator gives the set's generator: of every three, one lists its elements and
// two read this repository.
func generator(set int) string {
	repository := "git: {repoURL: https://github.com/bench/fleet.git, revision: main, values: {id: '{{ .path.basename }}'}, "
	switch set % 3 {
	case 0:
		return "list: {elements: [{values: {id: 0}}, {values: {id: 1}}, {values: {id: 2}}, {values: {id: 3}}, {values: {id: 4}}, {values: {id: 5}}, {values: {id: 6}}, {values: {id: 7}}, {values: {id: 8}}, {values: {id: 9}}]}"
	case 1:
		return repository + fmt.Sprintf("directories: [{path: fleet/set-%d/*}]}", set)
	}
	return repository + fmt.Sprintf("files: [{path: fleet/set-%d/*/config.json}]}", set)
}

// generate makes a repository in two states, in which one value file that one
// Application reads differs: the directories base and head, and git with the
// branches main and feature.
func generate(root string, plain, sets int) error {
	files := map[string]string{}
	for i := range plain {
		files[fmt.Sprintf("apps/app-%d.yaml", i)] = fmt.Sprintf(application, i)
		files[fmt.Sprintf("charts/app-%d/Chart.yaml", i)] = fmt.Sprintf("apiVersion: v2\nname: app-%d\nversion: 1.0.0\n", i)
		files[fmt.Sprintf("charts/app-%d/values.yaml", i)] = "replicas: 1\ntag: v1\n"
		files[fmt.Sprintf("charts/app-%d/templates/deployment.yaml", i)] = deployment
		files[fmt.Sprintf("env/app-%d.yaml", i)] = "replicas: 2\n"
	}
	for i := range sets {
		files[fmt.Sprintf("apps/set-%d.yaml", i)] = fmt.Sprintf(set, i, generator(i))
		for n := range 10 {
			files[fmt.Sprintf("env/set-%d-%d.yaml", i, n)] = "replicas: 3\n"
			files[fmt.Sprintf("fleet/set-%d/%d/config.json", i, n)] = "{\"team\": \"bench\"}\n"
		}
	}
	dir := filepath.Join(root, "git")
	for _, d := range []string{dir, filepath.Join(root, "base"), filepath.Join(root, "head")} {
		if err := write(d, files); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"}, {"add", "-A"}, {"commit", "-q", "-m", "base"}, {"checkout", "-q", "-b", "feature"},
	} {
		if err := git(dir, args...); err != nil {
			return err
		}
	}
	for _, d := range []string{dir, filepath.Join(root, "head")} {
		if err := write(d, map[string]string{"env/app-3.yaml": "replicas: 5\n"}); err != nil {
			return err
		}
	}
	return git(dir, "commit", "-q", "-a", "-m", "head")
}

func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func git(dir string, args ...string) error {
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %v: %w\n%s", args, err, out)
	}
	return nil
}
