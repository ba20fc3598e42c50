package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"sigs.k8s.io/yaml"
)

// Case is one Application in one repository, rendered by both programs.
type Case struct {
	// Name is the subtest's name: "<world>/<case>".
	Name string
	// World is the repository that the Application is in.
	World *World
	// Application is the custom resource as a user writes it.
	Application map[string]any
	// KubeVersion and APIVersions describe the destination cluster.
	KubeVersion string
	APIVersions []string
	// Settings are the values of the ConfigMap argocd-cm.
	Settings map[string]string
	// Helm is true if the case needs Helm, so that both Helms render it.
	Helm bool
	// Commit is true if the manifests may name the commit: argoplan is given the
	// Git repository then, and else, because it is faster, the tree.
	Commit bool
	// Plugins are definitions of config management plugins.
	Plugins []map[string]any
}

// defaultKubeVersion is the cluster of a case that names none.
const defaultKubeVersion = "v1.31.4"

// defaultAPIVersions are what that cluster serves. Helm adds its own list.
var defaultAPIVersions = []string{"apps/v1", "apps/v1/Deployment", "example.com/v1", "example.com/v1/Widget"}

// spec is how a case is written in cases.yaml. Everything but name has a
// default.
type spec struct {
	Name string `json:"name"`
	// Application is merged over {metadata: {name: <name>, namespace: argocd}}.
	Application map[string]any `json:"application"`
	// Source, Sources and Namespace are shorthand for the Application's spec.
	Source      map[string]any   `json:"source"`
	Sources     []map[string]any `json:"sources"`
	Namespace   *string          `json:"namespace"`
	KubeVersion string           `json:"kubeVersion"`
	APIVersions []string         `json:"apiVersions"`
	// Settings are argocd-cm's.
	Settings map[string]string `json:"settings"`
	// Helm says that both Helms are to render the case.
	Helm bool `json:"helm"`
	// Commit says that argoplan needs the Git repository.
	Commit bool `json:"commit"`
	// Plugins names definitions of the file's plugins map.
	Plugins []string `json:"plugins"`
}

// newCase fills in what a spec leaves out.
func newCase(s spec, w *World, definitions map[string]map[string]any) (Case, error) {
	c := Case{Name: w.Name + "/" + s.Name, World: w, KubeVersion: s.KubeVersion, APIVersions: s.APIVersions, Settings: s.Settings, Helm: s.Helm, Commit: s.Commit}
	if c.KubeVersion == "" {
		c.KubeVersion = defaultKubeVersion
	}
	if c.APIVersions == nil {
		c.APIVersions = defaultAPIVersions
	}
	for _, name := range s.Plugins {
		definition, ok := definitions[name]
		if !ok {
			return c, fmt.Errorf("case %s: expected plugin %s to be defined, found none", c.Name, name)
		}
		c.Plugins = append(c.Plugins, definition)
	}
	c.Application = application(s)
	return c, nil
}

func application(s spec) map[string]any {
	namespace := "demo"
	if s.Namespace != nil {
		namespace = *s.Namespace
	}
	app := map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata":   map[string]any{"name": s.Name, "namespace": "argocd"},
		"spec": map[string]any{
			"project":     "default",
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": namespace},
		},
	}
	merge(app, s.Application)
	spec := app["spec"].(map[string]any)
	if s.Source != nil {
		spec["source"] = located(s.Source)
	}
	if s.Sources != nil {
		var list []any
		for _, source := range s.Sources {
			list = append(list, located(source))
		}
		spec["sources"] = list
	}
	return app
}

// located adds this repository to a source that names none.
func located(source map[string]any) map[string]any {
	full := map[string]any{"repoURL": "${REPO}", "targetRevision": "HEAD"}
	maps.Copy(full, source)
	return full
}

func merge(into, from map[string]any) {
	for k, v := range from {
		child, isMap := v.(map[string]any)
		if old, ok := into[k].(map[string]any); ok && isMap {
			merge(old, child)
			continue
		}
		into[k] = v
	}
}

// text is the Application's document, with the URLs filled in.
func (c *Case) text() ([]byte, error) {
	out, err := yaml.Marshal(c.Application)
	if err != nil {
		return nil, err
	}
	url, err := c.url()
	fill := strings.NewReplacer("${REPO}", url, "${OCI}", c.World.host()+"/"+c.fileName())
	return []byte(fill.Replace(c.World.fill(string(out)))), err
}

// url is the case's own URL of the repository.
func (c *Case) url() (string, error) { return c.World.url(c.fileName()) }

// typed is the Application as Argo CD reads it.
func (c *Case) typed() (*v1alpha1.Application, error) {
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	var app v1alpha1.Application
	return &app, json.Unmarshal(data, &app)
}

// inRegistry says whether a repository is in the world's OCI registry.
func (c *Case) inRegistry(url string) bool {
	return strings.HasPrefix(strings.TrimPrefix(url, "oci://"), c.World.host()+"/")
}

// repository is what Argo CD knows of a repository. The registry speaks plain
// HTTP, which both programs have to be told.
func (c *Case) repository(url string) *v1alpha1.Repository {
	r := &v1alpha1.Repository{Repo: url}
	if c.inRegistry(url) {
		r.Type, r.EnableOCI, r.InsecureOCIForceHttp = repositoryType(url), true, true
	}
	return r
}

func repositoryType(url string) string {
	if strings.HasPrefix(url, "oci://") {
		return "oci"
	}
	return "helm"
}

// id is "<namespace>/<name>", as argoplan names the Application.
func (c *Case) id() string {
	metadata := c.Application["metadata"].(map[string]any)
	namespace, _ := metadata["namespace"].(string)
	if namespace == "" {
		namespace = "argocd"
	}
	return namespace + "/" + metadata["name"].(string)
}

// fileName is a name for the case's own files.
func (c *Case) fileName() string {
	return strings.NewReplacer("/", "--", " ", "-").Replace(c.Name)
}
