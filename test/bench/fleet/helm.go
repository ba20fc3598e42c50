package fleet

import (
	"fmt"
	"strings"
)

// parts are the components that charts are made of.
var parts = []string{"api", "worker", "scheduler", "gateway"}

// helm adds an Application of a chart. Five use one chart each; every fourth
// chart is in the chart repository, the others are in this one.
func (b *builder) helm(nth int, affected bool) Application {
	chart, environment := nth/len(environments), environments[nth%len(environments)]
	a := Application{
		Name: fmt.Sprintf("shop-%d-%s", chart, environment), Type: Helm, Chart: fmt.Sprintf("shop-%d", chart),
	}
	a.Values = []string{"env/" + a.Name + ".yaml"}
	base, head := tag(nth)
	b.base[a.Values[0]] = values(a.Name, base, "2")
	if affected {
		b.head[a.Values[0]] = values(a.Name, head, "3")
	}
	if chart%4 == 1 {
		a.Type, a.Versions = Chart, [2]string{"1.0.0", "1.1.0"}
		for _, version := range a.Versions {
			b.published[a.Chart+"-"+version] = b.chart(chart, version)
		}
		return b.describe(a, affected)
	}
	a.Path = "charts/" + a.Chart
	a.Chart = ""
	b.base.put(a.Path, b.chart(chart, "1.0.0"))
	if affected && b.whole('H', nth) {
		b.changeChart(chart, a.Path)
	}
	return b.describe(a, affected)
}

// changeChart makes a chart's next version: of half of them the version, which
// is a label of each resource, of the others one template.
func (b *builder) changeChart(chart int, path string) {
	next := b.chart(chart, "1.1.0")
	if chart%2 == 0 {
		b.head[path+"/Chart.yaml"] = next["Chart.yaml"]
		return
	}
	const file = "templates/api-deployment.yaml"
	b.head[path+"/"+file] = strings.Replace(next[file], "  revisionHistoryLimit:", "  minReadySeconds: 10\n  revisionHistoryLimit:", 1)
}

// values are what one environment sets.
func values(name, tag, replicas string) string {
	return strings.NewReplacer("NAME", name, "TAG", tag, "REPLICAS", replicas).Replace(`commonLabels: {environment: NAME}
api:
  replicas: REPLICAS
  image: {tag: "TAG"}
  env: {FEATURE_C: "on", WORKERS: "REPLICAS"}
  autoscaling: {enabled: false}
  resources:
    requests: {cpu: 200m, memory: 512Mi}
ingress:
  hosts:
    - host: NAME.example.com
      paths: [{path: /, pathType: Prefix, component: api}]
metrics:
  serviceMonitor: {interval: 60s}
`)
}

// chart is one of 18 to 39 templates. Some have a subchart, some bring
// CustomResourceDefinitions, and some make up a password at each render.
func (b *builder) chart(index int, version string) tree {
	random := b.random("chart", index)
	t := simpleChart(fmt.Sprintf("shop-%d", index), version, parts[:1+random.IntN(len(parts))], random.IntN(8) == 0)
	if random.IntN(3) == 0 {
		t.put("charts/cache", simpleChart("cache", "3.2.1", parts[:1], false))
		t["Chart.yaml"] += "dependencies:\n  - name: cache\n    version: 3.x.x\n    condition: cache.enabled\n"
		t["values.yaml"] += "\ncache:\n  enabled: true\n  ingress: {enabled: false}\n"
	}
	if random.IntN(6) == 0 {
		for i := range 2 {
			t[fmt.Sprintf("crds/crd-%d.yaml", i)] = definition(fmt.Sprintf("shop%d", index), i, 8, false)
		}
	}
	return t
}

// simpleChart is a chart of some components.
func simpleChart(name, version string, components []string, volatile bool) tree {
	password := ".Values.auth.password"
	if volatile {
		password = "default (randAlphaNum 16) .Values.auth.password"
	}
	t := tree{"Chart.yaml": fmt.Sprintf(
		"apiVersion: v2\nname: %s\nversion: %s\nappVersion: \"2.1.0\"\ntype: application\ndescription: Serves requests.\nkubeVersion: '>=1.23.0-0'\n", name, version)}
	for _, file := range names("chart") {
		t["templates/"+file] = data("chart/" + file)
	}
	t["templates/tests/test-connection.yaml"] = t["templates/test-connection.yaml"]
	delete(t, "templates/test-connection.yaml")
	t["values.yaml"] = t["templates/values.yaml"]
	delete(t, "templates/values.yaml")
	for _, part := range components {
		for _, file := range names("part") {
			t["templates/"+part+"-"+file] = strings.ReplaceAll(data("part/"+file), "PART", part)
		}
		t["values.yaml"] += t["templates/"+part+"-values.yaml"]
		delete(t, "templates/"+part+"-values.yaml")
	}
	return t.fill("CHART", name, "PASSWORD", password)
}
