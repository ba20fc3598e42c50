package conformance

import (
	"fmt"
	"regexp"
	"strings"
)

// reason is why a render fails, as each side says it. Argo CD's messages come
// from several layers and languages, so that only the telling part is held.
type reason struct {
	name string
	// argocd is a regular expression. What its groups match must be in
	// argoplan's message.
	argocd string
	// argoplan is a regular expression, too; "" if the groups say it all.
	argoplan string
}

// reasons are tried in order; the first whose Argo CD pattern matches is the
// one that argoplan's message must match as well.
var reasons = []reason{
	// Before any tool runs.
	{"two tools", `(multiple application sources defined: \S+)`, ``},
	{"path is missing", `(\S+): app path does not exist`, `does not exist|no such`},
	{"path is a file", `(\S+): app path is not a directory`, `not a directory|expected a directory`},
	{"path is absolute", `(\S+): app path is absolute`, `absolute|outside`},
	{"path leaves the repository", `(\S+): app path outside root`, `outside|leaves`},
	{"symbolic link leaves the repository", `repository contains out-of-bounds symlinks. file: (\S+)`, `link`},
	{"override file", `error while parsing source parameters`, `\.argocd-source`},
	{"two sources with one ref", "multiple sources had the same `ref` key", `expected every ref once`},
	{"form of a ref", `sources.ref (.+) cannot contain`, `ref`},
	{"unknown ref", `source referenced "(\$[^"]+)"`, `ref`},
	{"a chart as ref", `Helm charts are not yet not supported for 'ref' sources`, `expected a ref on a Git source`},

	// Plugins.
	{"no plugin of that name, or it does not match", `could not find cmp-server plugin with name "([^"]+)"`, `expected (a config management )?plugin`},
	{"no plugin matches", `could not find plugin supporting the given repository`, `plugin`},
	{"plugin command fails", `error generating manifests: .* failed (exit status \d+)`, `(generate|init) of plugin`},
	{"plugin command is missing", `error generating manifests: exec: "([^"]+)": (executable file not found in \$PATH)`, `generate of plugin`},
	{"plugin prints no objects", `CMP processing failed.*(?:unmarshal|Kind' is missing)`, `reading the output of plugin`},

	// Directories.
	{"several objects in JSON", `Found multiple objects in "([^"]+)"`, `multiple objects`},
	{"jsonnet import leaves the repository", `(jsonnet import "[^"]+" resolves outside repository root)`, ``},
	{"jsonnet", `Failed to evaluate jsonnet "([^"]+)": (?:RUNTIME ERROR: (function has no parameter|[^\n]*)|\S+ ([^\n]*))`, `failed to evaluate jsonnet`},
	{"jsonnet gives no object", `Failed to unmarshal generated json "([^"]+)"`, `json`},
	{"jsonnet library leaves the repository", `resolved to outside repository root`, `outside`},
	{"JSON null", `Argo CD panicked: .*nil pointer`, `expected an object, found null`},
	{"no kind", `Object 'Kind' is missing`, `has no kind`},
	{"no manifest", `Failed to unmarshal "([^"]+)".*?(yaml: [^\n]*|unexpected EOF|invalid Yaml document separator: \S+)`, `reading (manifests|a manifest)`},
	{"no object", `Failed to unmarshal "([^"]+)".*?(?:cannot unmarshal|invalid character)`, `expected an object|has no kind|invalid character`},
	{"too many bytes", `exceeded max combined manifest file size`, `10`},

	// Metadata and lists.
	{"metadata is not text", `failed to get (annotations) for .*under key "([^"]+)"`, `to be a string`},
	{"metadata is no map", `failed to get annotations for .* is of the type \[\]interface`, `expected metadata.*to be a map`},
	{"item is not an object", `items member is not an object`, `item`},

	// Kustomize.
	{"build option", `kustomize build .*Error: (unknown flag: \S+|flag needs an argument: \S+)`, `kustomize.buildOptions`},
	{"value of a build option", `kustomize build .*illegal flag value (--\S+)`, `kustomize.buildOptions`},
	{"chart of a kustomization", `kustomize build .*--enable-helm .*(?:no such file or directory|no repo specified for pull)`, `the chart \S+ of helmCharts`},
	{"kustomization is missing", `(?i)missing kustomization file|unable to find one of`, `expected one of kustomization.yaml|unable to find one of`},
	{"form of an image", `invalid format of image`, `kustomize.images`},
	{"kustomization is empty", `(kustomization.yaml is empty)`, ``},
	{"kustomize needs a flag", `(must specify --enable-helm)`, ``},
	{"kustomize version is not registered", `kustomize version (\S+) is not registered`, `kustomize.version`},
	{"namespace conflict", `(namespace transformation produces ID conflict)`, ``},
	{"label is there", `label (\S+) already in kustomization file`, `label`},
	{"annotation is there", `annotation (\S+) already in kustomization file`, `annotation`},
	{"templates need no selector", `(--without-selector) flag must be specified`, `labelWithoutSelector|--without-selector`},
	{"patches on no map", `expected (?:kustomization.yaml|kustomization.yml|Kustomization) to be type map`, `expected .*map`},
	{"patches are no list", `expected 'patches' field in (kustomization.yaml) to be`, `patches`},
	{"component is missing", `kustomize edit add component`, `component`},
	{"replicas count", `invalid value|expected integer`, `replica`},
	{"kustomize misses a file", `kustomize build .*no such file or directory`, `building the kustomization: .*(no such file|doesn't exist|not found)`},
	{"kustomize", `kustomize build`, `building the kustomization`},

	// ApplicationSets.
	{"template misses a key", `(map has no entry for key "[^"]+")`, ``},
	{"template fails", `(error calling \w+: [^\n]*)`, ``},
	{"template can't be parsed", `failed to parse template .*?template: \S+ ([^\n]*)`, `parsing the template`},
	{"option of templates", `panicked: unrecognized option: (\S+)`, `goTemplateOptions`},
	{"maps of different types", `panicked: reflect.Value.SetMapIndex`, `of the same type`},
	{"braces stay open", `Cannot find end tag="}}"`, `expected }} after {{`},
	{"patch is no YAML", `while converting template to json .*(yaml: [^\n]*)`, `templatePatch`},
	{"patch is no Application", `invalid templatePatch .*(cannot unmarshal \w+)`, `templatePatch`},
	{"element is not text", `error parsing value as string`, `to be a string`},
	{"elements are no list", `unmarshling decoded ElementsYaml .*?(yaml: [^\n]*)`, `elementsYaml`},
	{"project of a Git generator", `error getting project`, `expected spec.template.spec.project`},
	{"Git generator without patterns", `ApplicationSet is empty`, `expected directories or files`},
	{"pattern of files", `unable to list files.*syntax error in pattern`, `expected a glob.*syntax error in pattern`},
	{"pattern leaves the repository", `unable to list files.*is outside repository`, `expected a pattern inside the repository`},
	{"pattern finds a directory", `unable to read files.* (is a directory)`, ``},
	{"file is no map", `unable to process file '([^']+)'`, `expected a map or a list of maps`},
	{"selector of clusters", `error converting label selector: (\S+): `, `selector`},
	{"selector of a generator", `error parsing label selector: ("\w+")`, `selector`},
	{"matrix needs two", `(?:less|more) than two generators, Matrix`, `expected two generators`},
	{"merge needs two", `less than two generators, Merge`, `expected two or more generators`},
	{"several generators in an entry", `found more than one generator in`, `expected one generator in an entry`},
	{"no generator in an entry", `child generator generated no parameters`, `expected a generator, found none`},
	{"merge keys", `no merge keys were specified`, `expected mergeKeys, found none`},
	{"merge keys are not unique", `not unique by the given mergeKeys`, `expected mergeKeys that tell`},
	{"matrix contradicts itself", `found duplicate key (\w+) with different value`, `to be the same in both generators`},
	{"name twice", `refused: applications with duplicate name: ([^\n]+)`, `to generate each name once`},
	{"no name", `refused: an application with no name`, `without a name`},
	{"no project", `refused: (\S+) references project  which`, `expected spec.project, found none`},
	{"destination", `refused: (\S+): application destination`, `expected spec.destination`},

	// Helm.
	{"registry doesn't have it", `(127\.0\.0\.1\S+): not found`, `the registry doesn't have it`},
	{"chart is not in the repository", `chart '([^']+)' not found in index`, `has no chart`},
	{"chart version is not in the repository", `chart "([^"]+)" version "([^"]+)" not found`, `has no version`},
	{"no chart version fits", `version matching constraint not found`, `has no version`},
	{"library chart", `(library charts are not installable)`, ``},
	{"form of a glob", `error expanding glob pattern "([^"]+)": (syntax error in pattern)`, ``},
	{"value file is the root", `internal error: failed to resolve path`, `outside repository root`},
	{"value file is a directory", `Error: read \S+: is a directory`, `to be a regular file`},
	{"value file with a comma", `--values \S+,b\}?.yaml .* no such file`, `has a comma`},
	{"value file from a URL", `Error: failed to fetch (\S+) : (404 Not Found)`, `downloading`},
	{"template gives no YAML", `(YAML parse error on [^:]+): [^\n]*(yaml: [^\n]*)`, ``},
	{"chart is invalid", `Error: (validation: [^\n]*)`, `loading the chart`},
	{"chart dependency of an unknown repository", "`helm repo add \\S+ ` failed", `building chart dependencies`},
	{"value file leaves the repository", `(resolved to outside repository root)`, ``},
	{"scheme of a value file", `the URL scheme '(\S+)' is not allowed`, `scheme`},
	{"glob matches nothing", `values file glob "([^"]+)" matched no files`, `matche`},
	{"helm version", `helm version '(\S+)' is not supported`, `helm.version`},
	{"Kubernetes version", `could not parse kubernetes version`, `Kubernetes version|kubeVersion|version`},
	{"value file is missing", `helm template.*open (?:\S*/)?([^/\s:]+): no such file`, `no such file|does not exist`},
	{"lookup of Chart.yaml", `error reading helm chart from|Chart.yaml file is missing`, `Chart.yaml`},
	{"release name", `(?s)helm template.*(release name[^\n]*)`, `release name`},
	{"schema", `values don't meet the specifications of the schema`, `schema`},
	{"Kubernetes version does not fit", `chart requires kubeVersion: (\S+)`, `kubeVersion`},
	{"template", `Error: (?:execution error|template|parse error)[^:]* \(?([^:\s]+)`, ``},
	{"values cannot be parsed", `failed parsing|failed to parse`, `parsing|parse`},
	{"dependencies", `helm dependency build`, `dependenc`},
}

// differentReasons is "" if both errors have the same reason.
func differentReasons(argocd, argoplan error) string {
	for _, r := range reasons {
		match := regexp.MustCompile(r.argocd).FindStringSubmatch(argocd.Error())
		if match == nil {
			continue
		}
		for _, part := range match[1:] {
			if !strings.Contains(argoplan.Error(), part) {
				return fmt.Sprintf("both fail for %q, argoplan without a word of %q\nArgo CD: %v\nargoplan: %v", r.name, part, argocd, argoplan)
			}
		}
		if !regexp.MustCompile("(?s)" + r.argoplan).MatchString(argoplan.Error()) {
			return fmt.Sprintf("both fail, argoplan not for %q\nArgo CD: %v\nargoplan: %v", r.name, argocd, argoplan)
		}
		return ""
	}
	return fmt.Sprintf("both fail, and no reason is known for Argo CD's\nArgo CD: %v\nargoplan: %v", argocd, argoplan)
}
