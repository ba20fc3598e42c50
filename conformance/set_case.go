package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// SetCase is one ApplicationSet, expanded by both programs.
type SetCase struct {
	// Name is the subtest's name: "<world>/<case>".
	Name string
	// World is the repository that its Git generators read.
	World *World
	// Set is the custom resource as a user writes it.
	Set map[string]any
	// Globbing is applicationsetcontroller.enable.new.git.file.globbing.
	Globbing bool
	// Clusters are the Secrets of clusters.
	Clusters []corev1.Secret
}

// setSpec is how a case is written in cases.yaml.
type setSpec struct {
	Name     string         `json:"name"`
	Globbing bool           `json:"globbing"`
	Metadata map[string]any `json:"metadata"`
	Spec     map[string]any `json:"spec"`
	// Template is the template of the metadata's and the spec's fields that the
	// case doesn't set; see defaultTemplate.
	Template map[string]any `json:"template"`
}

// cluster is how the Secret of a cluster is written in cases.yaml.
type cluster struct {
	Name        string            `json:"name"`
	Server      string            `json:"server"`
	Project     string            `json:"project"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// secret is in Argo CD's form.
func (c cluster) secret() corev1.Secret {
	labels := map[string]string{"argocd.argoproj.io/secret-type": "cluster"}
	maps.Copy(labels, c.Labels)
	s := corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "cluster-" + strings.ToLower(strings.ReplaceAll(c.Name, "_", "-")), Namespace: c.Namespace, Labels: labels, Annotations: c.Annotations,
		},
		Data: map[string][]byte{"name": []byte(c.Name), "server": []byte(c.Server), "config": []byte("{}")},
	}
	if s.Namespace == "" {
		s.Namespace = controlPlane
	}
	if c.Project != "" {
		s.Data["project"] = []byte(c.Project)
	}
	return s
}

func secrets(clusters []cluster) (list []corev1.Secret) {
	for _, c := range clusters {
		list = append(list, c.secret())
	}
	return list
}

// defaultTemplate is what the template of a case has unless it says otherwise.
func defaultTemplate() map[string]any {
	return map[string]any{
		"metadata": map[string]any{},
		"spec": map[string]any{
			"project":     "default",
			"source":      map[string]any{"repoURL": "${REPO}", "targetRevision": "HEAD", "path": "apps/one"},
			"destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": "demo"},
		},
	}
}

// newSetCase fills in what a case leaves out.
func newSetCase(s setSpec, w *World, clusters []cluster) SetCase {
	metadata := map[string]any{"name": s.Name, "namespace": controlPlane}
	maps.Copy(metadata, s.Metadata)
	if _, ok := s.Spec["template"]; !ok {
		template := defaultTemplate()
		merge(template, s.Template)
		s.Spec["template"] = template
	}
	set := map[string]any{"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": metadata, "spec": s.Spec}
	return SetCase{Name: w.Name + "/" + s.Name, World: w, Set: set, Globbing: s.Globbing, Clusters: secrets(clusters)}
}

// fileName is a name for the case's own files.
func (c *SetCase) fileName() string { return strings.NewReplacer("/", "--", " ", "-").Replace(c.Name) }

// text is the ApplicationSet's document, with the URL of the repository.
func (c *SetCase) text() ([]byte, error) {
	out, err := yaml.Marshal(c.Set)
	if err != nil {
		return nil, err
	}
	url, err := c.World.url(c.fileName())
	text := string(out)
	for _, other := range append(slices.Clone(exampleURLs), "${REPO}") {
		text = strings.ReplaceAll(text, other, url)
	}
	return []byte(text), err
}

// project is the one that Argo CD looks up; "" if the template decides.
func (c *SetCase) project() string {
	spec, _ := c.Set["spec"].(map[string]any)
	template, _ := spec["template"].(map[string]any)
	spec, _ = template["spec"].(map[string]any)
	project := fmt.Sprint(spec["project"])
	if spec["project"] == nil || strings.Contains(project, "{{") {
		return ""
	}
	return project
}
