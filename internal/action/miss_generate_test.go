package action

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
)

// scape is a repository that is made up from a seed: Applications of all source
// types, in combinations that nobody would think of.
type scape struct {
	rand  *rand.Rand
	files map[string]string
	links map[string]string
	// absent are files that aren't there, and would be read if they were.
	absent []string
}

// newScape makes a repository. The word "tok" stands in what a mutation changes.
func newScape(seed uint64) *scape {
	s := &scape{rand: rand.New(rand.NewPCG(seed, seed)), files: map[string]string{}, links: map[string]string{}}
	s.files["argocd/argocd-cm.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {kustomize.buildOptions: --enable-helm --load-restrictor LoadRestrictionsNone}\n"
	s.files["README.md"] = "tok\n"
	kinds := []func(name string){s.chart, s.chart, s.refs, s.kustomize, s.kustomize, s.directory, s.jsonnet, s.setOfFiles, s.setOfDirectories, s.parent, s.linked, s.plugin, s.plugin}
	for i := range 5 {
		n := s.rand.IntN(len(kinds))
		kinds[n](fmt.Sprintf("x%d", i))
	}
	return s
}

// flip is true as often as not.
func (s *scape) flip() bool { return s.rand.IntN(2) == 0 }

func (s *scape) manifest(file string) {
	s.files[file] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + strings.TrimSuffix(path.Base(file), path.Ext(file)) + "}\ndata: {level: tok}\n"
}

// app writes an Application; fields are those of its source.
func (s *scape) app(name, fields string, more ...string) {
	s.files["apps/"+name+".yaml"] = application(name, "source: {"+fields+"}", more...)
}

const repoURL = "repoURL: https://github.com/svc-design/gitops.git, targetRevision: main"

func application(name, source string, annotations ...string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + ", namespace: argocd, annotations: {" + strings.Join(annotations, ", ") + "}}\nspec:\n  project: default\n" +
		"  destination: {name: in-cluster, namespace: " + name + "}\n  " + strings.ReplaceAll(source, "{"+"path", "{"+repoURL+", path") + "\n"
}

// chartAt writes a chart that shows all that it is given.
func (s *scape) chartAt(dir string, dependencies ...string) {
	list := ""
	for _, d := range dependencies {
		list += fmt.Sprintf("{name: %s, version: 1.0.0, repository: 'file://%s'}, ", path.Base(d), d)
	}
	s.files[dir+"/Chart.yaml"] = "apiVersion: v2\nname: " + path.Base(dir) + "\nversion: 1.0.0\ndependencies: [" + list + "]\n"
	s.files[dir+"/values.yaml"] = "own: tok\n"
	s.files[dir+"/files/note.txt"] = "tok\n"
	s.files[dir+"/templates/all.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-{{ .Chart.Name }}}\ndata:\n" +
		"  values: {{ omit .Values \"global\" | toJson | quote }}\n  level: tok\n  {{- range $name, $_ := .Files.Glob \"files/*\" }}\n  {{ base $name }}: {{ $.Files.Get $name | quote }}\n  {{- end }}\n"
}

// chart is a chart in Git, with values from near and far.
func (s *scape) chart(name string) {
	dir := "charts/" + name
	var dependencies []string
	if s.flip() {
		s.chartAt("shared/"+name+"-lib", []string{"../" + name + "-deep"}...)
		s.chartAt("shared/" + name + "-deep")
		dependencies = []string{"../../shared/" + name + "-lib"}
	}
	s.chartAt(dir, dependencies...)
	value := func(file, key string) string { s.files[file] = key + ": tok\n"; return file }
	var list []string
	for _, choice := range []func() string{
		func() string { value(dir+"/values-a.yaml", "a"); return "values-a.yaml" },
		func() string { value("env/"+name+".yaml", "b"); return "../../env/" + name + ".yaml" },
		func() string { return "/" + value("env/"+name+"-root.yaml", "c") },
		func() string {
			value("env/"+name+"/1.yaml", "d")
			s.absent = append(s.absent, "env/"+name+"/2.yaml")
			return "../../env/" + name + "/*.yaml"
		},
		func() string {
			value("env/"+name+"/deep/er/1.yaml", "e")
			s.absent = append(s.absent, "env/"+name+"/deep/0.yaml")
			return "/env/" + name + "/**/*.yaml"
		},
		func() string {
			s.absent = append(s.absent, "env/"+name+"-absent.yaml")
			return "../../env/" + name + "-absent.yaml"
		},
		func() string {
			value("other/"+name+".yaml", "f")
			s.links["env/"+name+"-link.yaml"] = "../other/" + name + ".yaml"
			return "../../env/" + name + "-link.yaml"
		},
		func() string {
			value("env/"+name+"-var.yaml", "g")
			return "/env/$ARGOCD_APP_NAME-var.yaml"
		},
	} {
		if s.flip() {
			list = append(list, choice())
		}
	}
	helm := "ignoreMissingValueFiles: true, valueFiles: [" + strings.Join(list, ", ") + "]"
	if s.flip() {
		s.files["env/"+name+".txt"] = "tok"
		helm += ", fileParameters: [{name: blob, path: ../../env/" + name + ".txt}]"
	}
	if s.flip() {
		value("env/"+name+"-override.yaml", "h")
		s.files[dir+"/.argocd-source-"+name+".yaml"] = "helm: {valueFiles: [/env/" + name + "-override.yaml], parameters: [{name: p, value: tok}]}\n"
	} else {
		s.absent = append(s.absent, dir+"/.argocd-source.yaml")
	}
	s.app(name, "path: "+dir+", helm: {"+helm+"}")
}

// refs is an Application of several sources, one with values for another.
func (s *scape) refs(name string) {
	s.chartAt("charts/" + name)
	s.files["env/"+name+"/ref.yaml"] = "ref: tok\n"
	s.files["env/"+name+"/more/1.yaml"] = "glob: tok\n"
	s.files["env/"+name+"/blob.txt"] = "tok"
	s.absent = append(s.absent, "env/"+name+"/more/2.yaml")
	s.manifest("extra/" + name + "/extra.yaml")
	chart := "path: charts/" + name
	if s.flip() {
		chart = "repoURL: https://charts.onwalk.net, chart: mysql, targetRevision: 9.23.0"
	}
	s.files["apps/"+name+".yaml"] = application(name, "sources: [{"+chart+", helm: {valueFiles: [$values/env/"+name+"/ref.yaml, $values/env/"+name+"/more/*.yaml], "+
		"fileParameters: [{name: blob, path: $values/env/"+name+"/blob.txt}]}}, {path: extra/"+name+"}, {"+repoURL+", ref: values}]")
}

// kustomize is an overlay over a graph of bases.
func (s *scape) kustomize(name string) {
	dir, base := "overlays/"+name, "bases/"+name
	s.manifest(base + "/config.yaml")
	s.files[base+"/kustomization.yaml"] = "resources: [config.yaml]\n"
	kustomization := "resources: [../../" + base + "]\n"
	if s.flip() {
		kustomization = "resources: ['https://github.com/svc-design/gitops.git//" + base + "?ref=main']\n"
	}
	for _, choice := range []func(){
		func() {
			s.manifest("bases/" + name + "-deep/deep.yaml")
			s.files["bases/"+name+"-deep/kustomization.yml"] = "resources: [deep.yaml]\n"
			s.files[base+"/kustomization.yaml"] = "resources: [config.yaml, ../" + name + "-deep]\n"
		},
		func() {
			s.files["patches/"+name+".yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {patched: tok}\n"
			kustomization += "patches: [{path: ../../patches/" + name + ".yaml}]\n"
		},
		func() {
			s.files["components/"+name+"/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nconfigMapGenerator: [{name: component, files: [key=note.txt]}]\n"
			s.files["components/"+name+"/note.txt"] = "tok"
			kustomization += "components: [../../components/" + name + "]\n"
		},
		func() {
			s.files["shared/"+name+".env"] = "LEVEL=tok\n"
			s.files["shared/"+name+".json"] = "{\"level\": \"tok\"}\n"
			kustomization += "configMapGenerator: [{name: made, envs: [../../shared/" + name + ".env], files: [../../shared/" + name + ".json]}]\n"
		},
		func() {
			s.chartAt("vendor/" + name + "/inner")
			s.files["env/"+name+"-inner.yaml"] = "inner: tok\n"
			kustomization += "helmGlobals: {chartHome: ../../vendor/" + name + "}\nhelmCharts: [{name: inner, releaseName: r, valuesFile: ../../env/" + name + "-inner.yaml}]\n"
		},
		func() {
			s.files["shared/"+name+"-replace.yaml"] = "source: {kind: ConfigMap, name: config, fieldPath: data.level}\ntargets: [{select: {kind: ConfigMap, name: config}, fieldPaths: [metadata.annotations.tok], options: {create: true}}]\n"
			kustomization += "replacements: [{path: ../../shared/" + name + "-replace.yaml}]\n"
		},
	} {
		if s.flip() {
			choice()
		}
	}
	s.files[dir+"/kustomization.yaml"] = kustomization
	options := ""
	if s.flip() {
		s.files["components/"+name+"-app/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -tok\n"
		options = ", kustomize: {components: [../../components/" + name + "-app]}"
	}
	s.app(name, "path: "+dir+options)
}

// directory is plain manifests.
func (s *scape) directory(name string) {
	dir := "plain/" + name
	for _, file := range []string{"/a.yaml", "/b.json", "/sub/c.yaml", "/sub/deep/d.yml"} {
		s.manifest(dir + file)
	}
	s.files[dir+"/b.json"] = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}, "data": {"level": "tok"}}`
	options := []string{"recurse: true", "recurse: false", "recurse: true, include: '{a,sub/*}.yaml'", "recurse: true, exclude: 'sub/**'"}
	annotation := []string{"{}", "argocd.argoproj.io/manifest-generate-paths: ."}[s.rand.IntN(2)]
	s.app(name, "path: "+dir+", directory: {"+options[s.rand.IntN(len(options))]+"}", strings.Trim(annotation, "{}"))
}

// jsonnet imports from beside it, from libraries and from elsewhere.
func (s *scape) jsonnet(name string) {
	dir := "jsonnet/" + name
	s.files[dir+"/main.jsonnet"] = "local near = import '../" + name + "-near.libsonnet'; local lib = import \"lib.libsonnet\";\n" +
		"function(top='none') { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'main' }, data: { near: near.level, lib: lib.level, text: importstr '../../text/" + name + ".txt', top: top, own: 'tok' } }\n"
	s.files["jsonnet/"+name+"-near.libsonnet"] = "{ level: (import 'more/" + name + ".libsonnet').level }\n"
	s.files["jsonnet/more/"+name+".libsonnet"] = "{ level: 'tok' }\n"
	s.files["text/"+name+".txt"] = "tok"
	s.files["vendor/"+name+"-lib/lib.libsonnet"] = "{ level: 'tok' }\n"
	s.absent = append(s.absent, "vendor/"+name+"-first/lib.libsonnet")
	tla := "{name: top, value: plain}"
	if s.flip() {
		s.files["vendor/"+name+"-lib/top.libsonnet"] = "{ level: 'tok' }\n"
		tla = `{name: top, code: true, value: "(import 'top.libsonnet').level"}`
	}
	s.app(name, "path: "+dir+", directory: {jsonnet: {libs: [vendor/"+name+"-lib, vendor/"+name+"-first], tlas: ["+tla+"]}}")
}

func (s *scape) set(name, generator, template string) {
	s.files["apps/"+name+".yaml"] = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: " + name + ", namespace: argocd}\nspec:\n  goTemplate: true\n  generators: [{git: {repoURL: https://github.com/svc-design/gitops.git, revision: main, " +
		generator + "}}]\n  template:\n    metadata: {name: '" + name + "-{{ .path.basename }}'}\n    spec: {project: default, destination: {name: in-cluster, namespace: '{{ .path.basename }}'}, source: {" + repoURL + ", " + template + "}}\n"
}

// setOfFiles generates Applications of a chart from files.
func (s *scape) setOfFiles(name string) {
	s.chartAt("charts/" + name)
	s.files["fleet/"+name+"/one/config.json"] = `{"level": "tok", "branch": "stable"}`
	s.files["fleet/"+name+"/two/config.json"] = `{"level": "tok", "branch": "canary"}`
	s.files["fleet/"+name+"/stable.yaml"] = "branch: tok\n"
	s.files["fleet/"+name+"/canary.yaml"] = "branch: tok\n"
	s.set(name, "files: [{path: 'fleet/"+name+"/*/config.json'}]", "path: charts/"+name+", helm: {valueFiles: ['/fleet/"+name+"/{{ .branch }}.yaml'], parameters: [{name: level, value: '{{ .level }}'}]}")
}

// setOfDirectories generates Applications from directories.
func (s *scape) setOfDirectories(name string) {
	for _, tenant := range []string{"red", "blue"} {
		s.manifest("tenants/" + name + "/" + tenant + "/config.yaml")
	}
	s.absent = append(s.absent, "tenants/"+name+"/green/new.yaml")
	s.set(name, "directories: [{path: 'tenants/"+name+"/*'}]", "path: '{{ .path.path }}'")
}

// parent is a chart that renders Applications, and one that renders an
// ApplicationSet.
func (s *scape) parent(name string) {
	s.chartAt("charts/" + name)
	s.files["charts/"+name+"/values.yaml"] = "children: [first]\n"
	s.files["charts/"+name+"/templates/all.yaml"] = "{{- range .Values.children }}\n---\n" + application(name+"-{{ . }}", "source: {path: 'children/"+name+"/{{ . }}'}") + "{{- end }}\n"
	s.files["env/"+name+".yaml"] = "children: [first, second]\n"
	for _, child := range []string{"first", "second", "third"} {
		s.manifest("children/" + name + "/" + child + "/config.yaml")
	}
	if s.flip() {
		s.set(name+"-set", "directories: [{path: 'children/"+name+"/*'}]", "path: '{{ .path.path }}'")
		s.files["plain/"+name+"/set.yaml"] = s.files["apps/"+name+"-set.yaml"]
		delete(s.files, "apps/"+name+"-set.yaml")
		s.files["plain/"+name+"/kustomization.yaml"] = "resources: [set.yaml]\nnamePrefix: a-\n"
		s.app(name+"-sets", "path: plain/"+name)
	}
	s.app(name, "path: charts/"+name+", helm: {valueFiles: [/env/"+name+".yaml]}")
}

// linked is a directory behind a link, or one with links in it.
func (s *scape) linked(name string) {
	s.manifest("real/" + name + "/config.yaml")
	s.manifest("real/" + name + "-file.yaml")
	s.manifest("plain/" + name + "/own.yaml")
	s.links["plain/"+name+"/file.yaml"] = "../../real/" + name + "-file.yaml"
	if s.flip() {
		s.links["links/"+name] = "../real/" + name
		s.app(name, "path: links/"+name)
		return
	}
	s.app(name, "path: plain/"+name)
}
