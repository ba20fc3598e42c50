package fleet

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/repo"
)

// component is the chart that umbrella charts depend on. Its name is the last
// one in the index of the chart repository.
const component = "web"

// umbrellas adds charts that only name another one, and charts besides it to the
// index of the chart repository.
func (b *builder) umbrellas() {
	b.published[component+"-1.0.0"] = simpleChart(component, "1.0.0", parts[:1], false)
	for n := range b.spec.Affected {
		b.applications = append(b.applications, b.umbrella(n))
	}
	for n := range b.spec.Listed {
		name := fmt.Sprintf("app-%02d", n)
		b.listed[name] = listing(name, b.random("listed", n))
	}
}

// umbrella adds an Application of a chart of its own, with neither the chart
// that it names nor a lock file: who renders it builds its dependencies first.
func (b *builder) umbrella(nth int) Application {
	name := fmt.Sprintf("umbrella-%d", nth)
	a := Application{Name: name, Type: Helm, Path: "charts/" + name, Values: []string{"env/" + name + ".yaml"}, Build: true}
	b.base[a.Path+"/Chart.yaml"] = fmt.Sprintf(
		"apiVersion: v2\nname: %s\nversion: 1.0.0\ntype: application\ndependencies:\n  - name: %s\n    version: 1.0.0\n    repository: %s\n", name, component, b.spec.Charts)
	base, head := tag(nth)
	b.base[a.Values[0]] = under(component, values(name, base, "2"))
	b.head[a.Values[0]] = under(component, values(name, head, "3"))
	return b.describe(a, true)
}

// under makes values those of a dependency.
func under(key, text string) string {
	return key + ":\n  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

// listing is some ninety versions of one chart, a hundred kilobytes in an index.
// Nobody asks for their archives.
func listing(name string, random *rand.Rand) repo.ChartVersions {
	var list repo.ChartVersions
	published := time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range 85 + random.IntN(11) {
		published = published.Add(time.Duration(random.Int64N(int64(30 * 24 * time.Hour))))
		list = append(list, listed(name, fmt.Sprintf("%d.%d.%d", 1+n/20, n%20, random.IntN(9)), published, random))
	}
	return list
}

// listed is one version as helm repo index describes it.
func listed(name, version string, published time.Time, random *rand.Rand) *repo.ChartVersion {
	image := fmt.Sprintf("2.%d.%d", random.IntN(40), random.IntN(10))
	return &repo.ChartVersion{
		Metadata: described(name, version, image),
		URLs:     []string{name + "-" + version + ".tgz"},
		Created:  published,
		Digest:   digest(random),
	}
}

// described is what such a version's Chart.yaml says.
func described(name, version, image string) *chart.Metadata {
	return &chart.Metadata{
		APIVersion: chart.APIVersionV2, Name: name, Version: version, AppVersion: image,
		Description: "The service " + name + " serves requests over HTTP, keeps what it is told in a database and has a worker that looks after it. It needs a cache and a queue.",
		Home:        "https://charts.example.com/" + name,
		Keywords:    []string{name, "http", "service", "database", "worker", "cache"},
		Sources:     []string{"https://github.com/example/charts/tree/main/" + name, "https://github.com/example/" + name},
		Maintainers: []*chart.Maintainer{
			{Name: "The maintainers of " + name, Email: name + "@example.com", URL: "https://github.com/example/charts"},
			{Name: "Who is on call for " + name, Email: name + "-calls@example.com"},
		},
		Annotations: map[string]string{
			"category": "Infrastructure",
			"licenses": "Apache-2.0",
			"images": fmt.Sprintf("- name: server\n  image: registry.example.com/%[1]s/server:%[2]s\n- name: worker\n  image: registry.example.com/%[1]s/worker:%[2]s\n",
				name, image),
		},
	}
}

// digest looks like that of an archive.
func digest(random *rand.Rand) string {
	return fmt.Sprintf("%016x%016x%016x%016x", random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64())
}
