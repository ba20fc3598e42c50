package fleet

import "fmt"

// directory adds an Application of plain manifests.
func (b *builder) directory(nth int, affected bool) Application {
	a := Application{Name: fmt.Sprintf("plain-%d", nth), Type: Directory, Path: fmt.Sprintf("plain/%d", nth)}
	from, to := tag(nth)
	file := tree{"PART.yaml": data("directory/part.yaml")}
	for i, part := range []string{"api", "worker", "scheduler", "gateway", "mailer", "report"} {
		words := []string{"NAME", a.Name, "PART", part}
		b.base.put(a.Path, file.fill(append(words, "TAG", from)...))
		if affected && i < 2 {
			b.head.put(a.Path, file.fill(append(words, "TAG", to)...))
		}
	}
	return b.describe(a, affected)
}

// jsonnet adds an Application of a Jsonnet program and its library.
func (b *builder) jsonnet(nth int, affected bool) Application {
	a := Application{Name: fmt.Sprintf("json-%d", nth), Type: Jsonnet, Path: fmt.Sprintf("jsonnet/%d", nth)}
	from, to := tag(nth)
	program := tree{"main.jsonnet": data("jsonnet/main.jsonnet")}
	b.base.put(a.Path, tree{"k.libsonnet": data("jsonnet/k.libsonnet")})
	b.base.put(a.Path, program.fill("NAME", a.Name, "TAG", from))
	if affected {
		b.head.put(a.Path, program.fill("NAME", a.Name, "TAG", to))
	}
	return b.describe(a, affected)
}

// helmfile adds an Application of a helmfile with two releases of one chart.
func (b *builder) helmfile(nth int, affected bool) Application {
	a := Application{Name: fmt.Sprintf("system-%d", nth), Type: Helmfile, Path: fmt.Sprintf("helmfiles/%d", nth)}
	chart := fmt.Sprintf("system-%d", nth)
	b.base.put(a.Path, tree{"helmfile.yaml": data("helmfile/helmfile.yaml")}.fill("NAME", a.Name, "CHART", chart))
	b.base.put(a.Path+"/charts/"+chart, simpleChart(chart, "1.0.0", parts[:1], false))
	b.base[a.Path+"/values/front.yaml"] = "ingress: {className: public}\n"
	from, to := tag(nth)
	b.base[a.Path+"/values/common.yaml"] = values(a.Name, from, "2")
	if affected {
		b.head[a.Path+"/values/common.yaml"] = values(a.Name, to, "3")
	}
	return b.describe(a, affected)
}
