package action

import (
	"math/rand/v2"
	"strings"
)

// newPluginScape makes a repository whose Applications are rendered by commands
// alone, and one that is not.
func newPluginScape(seed uint64) *scape {
	s := &scape{rand: rand.New(rand.NewPCG(seed, seed)), files: map[string]string{}, links: map[string]string{}}
	s.files["README.md"] = "tok\n"
	s.directory("other")
	s.plugin("shell")
	s.plugin("more")
	s.helmfile("literal")
	s.helmfileTemplate("template")
	return s
}

// pluginAt defines a plugin. What head adds is never executed, so no such file is
// added beside.
func (s *scape) pluginAt(name, discover, init, generate string) {
	text := "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: " + name + "}\nspec:\n"
	if discover != "" {
		text += "  discover: {" + discover + "}\n"
	}
	if init != "" {
		text += "  init: {command: [sh, -c, '" + init + "']}\n"
	}
	s.files[definedIn+name+".yaml"] = text + "  generate:\n    command: [sh, -c]\n    args:\n      - |\n        " + strings.ReplaceAll(generate, "\n", "\n        ") + "\n"
}

const definedIn = "plugins/"

// plugin is a shell script that reads files near and far. Nobody can tell which,
// unless the annotation does.
func (s *scape) plugin(name string) {
	dir, far := "scripts/"+name, "far/"+name
	s.manifest(dir + "/own.yaml")
	s.manifest(dir + "/sub/deep.yaml")
	s.manifest(far + "/one.yaml")
	s.manifest(far + "-file.yaml")
	s.absent = append(s.absent, far+"/two.yaml")
	init, script := "", "for f in *.yaml sub/*.yaml ../../"+far+"/*.yaml ../../"+far+"-file.yaml; do echo ---; cat \"$f\"; done\necho '# tok'"
	if s.flip() {
		init, script = "cat ../../"+far+"-file.yaml > made.yaml", strings.ReplaceAll(script, " ../../"+far+"-file.yaml", "")
	}
	discover, block := "", ", plugin: {name: "+name+", env: [{name: LEVEL, value: tok}]}"
	if s.flip() {
		discover, block = "fileName: '*."+name+"'", ""
		s.files[dir+"/this."+name] = "tok\n"
	}
	s.pluginAt(name, discover, init, script)
	s.app(name, "path: "+dir+block, []string{"", "argocd.argoproj.io/manifest-generate-paths: .;/" + far + ";../../" + far + "-*.yaml"}[s.rand.IntN(2)])
}

// helmfile names all that it reads.
func (s *scape) helmfile(name string) {
	s.helmfilePlugin()
	dir, chart := "helmfiles/"+name, "charts/"+name
	var dependencies []string
	if s.flip() {
		s.chartAt("shared/" + name + "-lib")
		dependencies = []string{"../../shared/" + name + "-lib"}
	}
	s.chartAt(chart, dependencies...)
	release := func(release string, values ...string) string {
		return "  - {name: " + release + ", chart: ../../" + chart + ", missingFileHandler: Warn, values: [" + strings.Join(values, ", ") + "]}\n"
	}
	s.files["env/"+name+".yaml"] = "far: tok\n"
	s.absent = append(s.absent, "env/"+name+"-absent.yaml")
	text, releases := "", "releases:\n"+release("first", "../../env/"+name+".yaml", "../../env/"+name+"-absent.yaml", "{inline: tok}")
	for _, choice := range []func(){
		func() {
			s.files["shared/"+name+"-base.yaml"] = "releases:\n" + release("based", "{level: tok}")
			text += "bases: [../../shared/" + name + "-base.yaml]\n"
		},
		func() {
			s.files["team/"+name+"/helmfile.yaml"] = "releases:\n" + release("nested", "near.yaml")
			s.files["team/"+name+"/near.yaml"] = "near: tok\n"
			text += "helmfiles: [{path: ../../team/" + name + "/helmfile.yaml}]\n"
		},
		func() {
			s.files["env/"+name+"-all.yaml"] = "level: tok\n"
			s.files[dir+"/values.yaml.gotmpl"] = "filled: {{ .Values.level }}\n"
			text += "environments: {default: {values: [../../env/" + name + "-all.yaml]}}\n"
			releases += release("filled", "values.yaml.gotmpl")
		},
	} {
		if s.flip() {
			choice()
		}
	}
	s.files[dir+"/helmfile.yaml"] = strings.Replace(text, "environments:", "---\nenvironments:", 1) + "---\n" + releases
	s.app(name, "path: "+dir)
}

// helmfileTemplate reads a file that it names by a template.
func (s *scape) helmfileTemplate(name string) {
	s.helmfilePlugin()
	s.chartAt("charts/" + name)
	s.files["env/"+name+"-stage.yaml"] = "far: tok\n"
	s.files["helmfiles/"+name+"/helmfile.yaml.gotmpl"] = "releases:\n  - name: " + name + "\n    chart: ../../charts/" + name +
		"\n    values:\n      - {{ readFile (printf \"../../env/%s-stage.yaml\" \"" + name + "\") | fromYaml | toJson }}\n"
	s.app(name, "path: helmfiles/"+name)
}

func (s *scape) helmfilePlugin() {
	s.pluginAt("helmfile", "fileName: 'helmfile.yaml*'", "", `helmfile -n "$ARGOCD_APP_NAMESPACE" template --include-crds -q`)
}
