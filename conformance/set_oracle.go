package conformance

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"
)

// Expand does what the ApplicationSet controller does to get the Applications
// that should be there, with Argo CD's generators and template code.
func (o *Oracle) Expand(ctx context.Context, c *SetCase) (r Result) {
	defer func() { // as the controller does
		if p := recover(); p != nil {
			r.Err = fmt.Errorf("Argo CD panicked: %v", p)
		}
	}()
	set, err := c.typed()
	if err != nil {
		return Result{Err: err}
	}
	cluster, err := c.cluster()
	if err != nil {
		return Result{Err: err}
	}
	all := generators.GetGenerators(ctx, cluster, nil, controlPlane, repositories{o.service, c.Globbing}, nil, generators.SCMConfig{}, nil)
	made, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), *set, all, &utils.Render{}, cluster)
	if err == nil {
		err = refused(made)
	}
	if err != nil {
		return Result{Err: err}
	}
	return applications(made)
}

// typed is the ApplicationSet as the API server takes it: a text is quoted where
// YAML needs that.
func (c *SetCase) typed() (*v1alpha1.ApplicationSet, error) {
	text, err := c.text()
	if err != nil {
		return nil, err
	}
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	var set v1alpha1.ApplicationSet
	return &set, json.Unmarshal(data, &set)
}

// cluster holds the Secrets of clusters, and the project that the Git generator
// looks up.
func (c *SetCase) cluster() (client.Client, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	b := fake.NewClientBuilder().WithScheme(scheme)
	for i := range c.Clusters {
		b = b.WithObjects(c.Clusters[i].DeepCopy())
	}
	if name := c.project(); name != "" {
		b = b.WithObjects(&v1alpha1.AppProject{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: controlPlane}})
	}
	return b.Build(), nil
}

// refused is the controller's check of what was generated, as far as it needs
// no cluster (controllers/applicationset_controller.go,
// validateGeneratedApplications; it isn't exported).
func refused(made []v1alpha1.Application) error {
	seen := map[string]bool{}
	for _, app := range made {
		d := app.Spec.Destination
		switch {
		case app.Name == "":
			return errors.New("refused: an application with no name")
		case seen[app.Name]:
			return fmt.Errorf("refused: applications with duplicate name: %s", app.Name)
		case app.Spec.Project == "":
			return fmt.Errorf("refused: %s references project  which does not exist", app.Name)
		case (d.Name == "") == (d.Server == ""):
			return fmt.Errorf("refused: %s: application destination spec is invalid", app.Name)
		}
		seen[app.Name] = true
	}
	return nil
}

// applications gives the objects less their status, sorted by name: the order
// of some generators is left to chance.
func applications(list []v1alpha1.Application) (r Result) {
	slices.SortFunc(list, func(a, b v1alpha1.Application) int { return cmp.Compare(a.Name, b.Name) })
	for _, app := range list {
		app.TypeMeta = metav1.TypeMeta{APIVersion: "argoproj.io/v1alpha1", Kind: "Application"}
		data, err := json.Marshal(app)
		if err != nil {
			return Result{Err: err}
		}
		object := map[string]any{}
		if err := json.Unmarshal(data, &object); err != nil {
			return Result{Err: err}
		}
		delete(object, "status")
		r.Objects = append(r.Objects, &unstructured.Unstructured{Object: object})
	}
	return r
}
