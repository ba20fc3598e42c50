package conformance

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// elsewhere are the options that no case here can show, with the place that
// does, or the reason why they change no manifest.
var elsewhere = map[string]string{
	"source.name":      "a label for people; it changes no manifest",
	"source.tagPrefix": "internal/source/revision_test.go: tags need a Git server",
	"source.repoURL":   "every case: the harness names the repository",
	"source.targetRevision": "internal/source/revision_test.go and testdata/repos: " +
		"the judge is given a directory",
	"source.helm.passCredentials":            "internal/source/helm_login_test.go: credentials need a server",
	"sourceHydrator.hydrateTo.targetBranch":  "where Argo CD writes what it hydrated; argoplan renders the dry source",
	"sourceHydrator.syncSource.path":         "as hydrateTo",
	"sourceHydrator.syncSource.repoURL":      "as hydrateTo",
	"sourceHydrator.syncSource.targetBranch": "as hydrateTo",
}

// TestEveryOption reads the Application's custom resource definition from Argo
// CD's module and asks for a case of each option of a source. A new release
// shows its new options here.
func TestEveryOption(t *testing.T) {
	t.Parallel()
	cases, err := ownCases(filepath.Join("..", "testdata", "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, c := range cases {
		spec, _ := c.Application["spec"].(map[string]any)
		paths("source", spec["source"], used)
		sources, _ := spec["sources"].([]any)
		for _, s := range sources {
			paths("source", s, used)
		}
		paths("sourceHydrator", spec["sourceHydrator"], used)
	}
	for _, option := range options(t) {
		// A dry source has the options of any source.
		same := strings.Replace(option, "sourceHydrator.drySource.", "source.", 1)
		if !used[option] && !used[same] && elsewhere[option] == "" && elsewhere[same] == "" {
			t.Errorf("no case under testdata/conformance sets %s", option)
		}
	}
}

// paths adds the options that a value sets.
func paths(at string, value any, used map[string]bool) {
	used[at] = true
	switch v := value.(type) {
	case map[string]any:
		for key, child := range v {
			paths(at+"."+key, child, used)
		}
	case []any:
		for _, child := range v {
			paths(at+"[]", child, used)
		}
	}
}

// options lists the options of a source and of a hydrator, sorted.
func options(t *testing.T) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", argocdModule).Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "manifests", "crds", "application-crd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var crd struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema crdFields `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(data, &crd); err != nil || len(crd.Spec.Versions) == 0 {
		t.Fatalf("reading the custom resource definition: %v", err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties
	found := map[string]bool{}
	for _, root := range []string{"source", "sourceHydrator"} {
		spec[root].leaves(root, found)
	}
	// sources has the same options as source, and none of its own.
	spec["sources"].Items.leaves("source", found)
	if len(found) < 60 {
		t.Fatalf("found %d options, expected more than 60", len(found))
	}
	return slices.Sorted(maps.Keys(found))
}

// crdFields is the part of a JSON schema that names fields.
type crdFields struct {
	Properties map[string]crdFields `json:"properties"`
	Items      *crdFields           `json:"items"`
}

func (s crdFields) leaves(at string, found map[string]bool) {
	switch {
	case len(s.Properties) > 0:
		for name, child := range s.Properties {
			child.leaves(at+"."+name, found)
		}
	case s.Items != nil:
		s.Items.leaves(at+"[]", found)
	default:
		found[at] = true
	}
}
