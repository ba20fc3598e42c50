package action

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// shardFleet makes dir a repository at the merge commit of a pull request that
// reaches Applications of every kind.
func shardFleet(t *testing.T, dir string) {
	t.Helper()
	base, head := map[string]string{}, map[string]string{}
	add := func(name, text string) { base[name] = text }
	for i := range 6 { // one image in all of them
		chart := fmt.Sprintf("charts/c%d", i)
		add(chart+"/Chart.yaml", fmt.Sprintf("apiVersion: v2\nname: c%d\nversion: 1.0.0\n", i))
		add(chart+"/values.yaml", "tag: \"1.0\"\n")
		add(chart+"/templates/d.yaml", `apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: x}}
  template: {metadata: {labels: {app: x}}, spec: {containers: [{name: app, image: "registry.example/app:{{ .Values.tag }}"}]}}
`)
		head[chart+"/values.yaml"] = "tag: \"1.1\"\n"
		add(fmt.Sprintf("apps/helm-%d.yaml", i), shardApp(fmt.Sprintf("helm-%d", i), chart, "team"))
	}
	for i := range 3 {
		at := fmt.Sprintf("kustomize/k%d", i)
		add(at+"/kustomization.yaml", "resources: [cm.yaml]\nnamePrefix: p-\n")
		add(at+"/cm.yaml", shardMap("cm", "a"))
		head[at+"/cm.yaml"] = shardMap("cm", "b")
		add(fmt.Sprintf("apps/kustomize-%d.yaml", i), shardApp(fmt.Sprintf("kustomize-%d", i), at, fmt.Sprintf("k%d", i)))
	}
	for i := range 4 { // all deploy the same resource at head
		at := fmt.Sprintf("plain/d%d", i)
		add(at+"/cm.yaml", shardMap(fmt.Sprintf("own-%d", i), "a"))
		head[at+"/more.yaml"] = shardMap("everybodys", "a")
		add(fmt.Sprintf("apps/plain-%d.yaml", i), shardApp(fmt.Sprintf("plain-%d", i), at, "common"))
	}
	add("json/main.jsonnet", "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'j'}, data: {a: 'a'}}\n")
	head["json/main.jsonnet"] = strings.Replace(base["json/main.jsonnet"], "'a'}", "'b'}", 1)
	add("apps/json.yaml", shardApp("json", "json", "json"))
	add("secret/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: Bl4ueT1ger77}\n")
	head["secret/s.yaml"] = strings.Replace(base["secret/s.yaml"], "Bl4ueT1ger77", shardSecret, 1)
	add("apps/secret.yaml", shardApp("secret", "secret", "secret"))
	add("broken/cm.yaml", shardMap("broken", "a"))
	head["broken/cm.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [\n"
	add("apps/broken.yaml", shardApp("broken", "broken", "broken"))
	add("apps/gone.yaml", shardApp("gone", "json", "gone"))
	head["apps/gone.yaml"] = "" // removed
	head["apps/odd.yaml"] = shardApp("odd", "plain/d0", "odd") + "---\nkind: Application\napiVersion: argoproj.io/v1alpha1\nmetadata: [\n"
	add("apps/root.yaml", shardApp("root", "root", "argocd"))
	for i := range 3 {
		add(fmt.Sprintf("root/child-%d.yaml", i), shardApp(fmt.Sprintf("child-%d", i), "kustomize/k0", fmt.Sprintf("child-%d", i)))
	}
	add("sets/set.yaml", `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set, namespace: argocd}
spec:
  generators: [{list: {elements: [{word: one}, {word: two}, {word: three}]}}]
  template:
    metadata: {name: "made-{{word}}"}
    spec:
      project: default
      destination: {server: "https://kubernetes.default.svc", namespace: "made-{{word}}"}
      source: {repoURL: "https://github.com/octo/shop.git", path: charts/c1, targetRevision: main}
`)
	mergeOf(t, dir, base, head)
}

// shardSecret is a Secret's value at head.
const shardSecret = "Gr33nParr0tt42"

func shardApp(name, path, namespace string) string {
	return fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: %s, namespace: argocd}
spec:
  destination: {server: https://kubernetes.default.svc, namespace: %s}
  source: {repoURL: https://github.com/octo/shop.git, path: %s, targetRevision: main}
`, name, namespace, path)
}

func shardMap(name, value string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {a: %s}\n", name, value)
}

// mergeOf makes dir a repository at the merge commit of a branch with the files of
// head, of which an empty one is removed, on top of base.
func mergeOf(t *testing.T, dir string, base, head map[string]string) {
	t.Helper()
	for name, text := range base {
		write(t, filepath.Join(dir, name), text)
	}
	runGit(t, dir, "init", "-q", "-b", "main")
	commitAll(t, dir, "base")
	runGit(t, dir, "checkout", "-q", "-b", "feature")
	for name, text := range head {
		if text == "" {
			runGit(t, dir, "rm", "-q", name)
			continue
		}
		write(t, filepath.Join(dir, name), text)
	}
	commitAll(t, dir, "head")
	mergeFeature(t, dir)
}

// mergeFeature checks out the merge of feature into main, which stays where it
// is.
func mergeFeature(t *testing.T, dir string) {
	t.Helper()
	runGit(t, dir, "checkout", "-q", "main")
	runGit(t, dir, "merge", "-q", "--no-ff", "-m", "merge", "feature")
	runGit(t, dir, "checkout", "-q", "--detach")
	runGit(t, dir, "branch", "-q", "-f", "main", "HEAD^1")
}
