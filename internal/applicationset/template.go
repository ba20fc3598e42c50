package applicationset

import (
	"encoding/json"
	"fmt"
	"strings"

	"dario.cat/mergo"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"
)

// finalizer makes Argo CD delete an Application's resources with it.
const finalizer = "resources-finalizer.argocd.argoproj.io"

// mergeTemplates fills in what a generator's template leaves empty.
func mergeTemplates(generator *application, set application) error {
	// A copy, because maps and pointers of both end up in the result.
	var own application
	if err := convert(set, &own); err != nil {
		return err
	}
	if err := mergo.Merge(generator, own); err != nil {
		return fmt.Errorf("merging the generator's template with the ApplicationSet's: %w", err)
	}
	return nil
}

// render makes one Application. Without parameters the template is taken as it
// stands, and gets no finalizer either.
func (e *expansion) render(template application, params map[string]any) (app application, err error) {
	if len(params) == 0 {
		err = convert(template, &app)
	} else if err = e.templater.rendered(template, &app, params); err == nil &&
		!e.set.spec.SyncPolicy.PreserveResourcesOnDeletion && len(app.Metadata.Finalizers) == 0 {
		app.Metadata.Finalizers = []string{finalizer}
	}
	if err != nil || e.set.spec.TemplatePatch == nil {
		return app, err
	}
	text, err := e.templater.replace(*e.set.spec.TemplatePatch, params)
	if err == nil {
		app, err = patch(app, text)
	}
	if err != nil {
		err = fmt.Errorf("templatePatch: %w", err)
	}
	return app, err
}

// patch applies a strategic merge patch, in YAML or JSON. Lists are replaced,
// except for finalizers; the project stays what the template says.
func patch(app application, text string) (application, error) {
	change := []byte(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		var err error
		if change, err = yaml.YAMLToJSON(change); err != nil {
			return app, fmt.Errorf("expected YAML: %w", err)
		}
	}
	if err := json.Unmarshal(change, &application{}); err != nil {
		return app, fmt.Errorf("expected a part of an Application: %w", err)
	}
	original, err := json.Marshal(app)
	if err != nil {
		return app, err
	}
	merged, err := strategicpatch.StrategicMergePatch(original, change, application{})
	if err != nil {
		return app, fmt.Errorf("applying it: %w", err)
	}
	var patched application
	err = json.Unmarshal(merged, &patched)
	patched.Spec.Project = app.Spec.Project
	return patched, err
}
