package fleet

import "fmt"

// kustomize adds an overlay. Five share a base.
func (b *builder) kustomize(nth int, affected bool) Application {
	base, environment := nth/len(environments), environments[nth%len(environments)]
	name := fmt.Sprintf("site-%d", base)
	a := Application{
		Name: name + "-" + environment, Type: Kustomize, Path: fmt.Sprintf("kustomize/%s/overlays/%s", name, environment),
	}
	dir := "kustomize/" + name + "/base"
	files := archive(data("kustomize/base.txtar")).fill("NAME", name)
	b.base.put(dir, files)
	overlay := archive(data("kustomize/overlay.txtar"))
	from, to := tag(nth)
	words := []string{"NAMESPACE", a.Name, "NAME", name, "ENV", environment}
	b.base.put(a.Path, overlay.fill(append(words, "TAG", from, "LEVEL", "info", "PRIORITY", "normal")...))
	if affected {
		b.head.put(a.Path, overlay.fill(append(words, "TAG", to, "LEVEL", "debug", "PRIORITY", "high")...))
	}
	if affected && base%2 == 0 && b.whole('K', nth) {
		const file = "worker.yaml"
		b.head[dir+"/"+file] = tree{file: files[file]}.fill("--queue=mail]", "--queue=mail, --queue=report]")[file]
	}
	return b.describe(a, affected)
}
