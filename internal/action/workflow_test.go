package action

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// workflow is what the tests of the documents read of one.
type workflow struct {
	Name        string            `json:"name"`
	On          map[string]any    `json:"on"`
	Permissions map[string]string `json:"permissions"`
	Concurrency map[string]any    `json:"concurrency"`
	Jobs        map[string]struct {
		If          string            `json:"if"`
		Needs       string            `json:"needs"`
		Strategy    map[string]any    `json:"strategy"`
		RunsOn      string            `json:"runs-on"`
		Timeout     int               `json:"timeout-minutes"`
		Permissions map[string]string `json:"permissions"`
		Steps       []step            `json:"steps"`
	} `json:"jobs"`
}

type step struct {
	ID       string         `json:"id"`
	If       string         `json:"if"`
	Uses     string         `json:"uses"`
	With     map[string]any `json:"with"`
	Continue bool           `json:"continue-on-error"`
}

// workflows reads the workflows of a document, in order. A field that a
// workflow can't have, or that none of ours needs, is an error.
func workflows(t *testing.T, file string) []workflow {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	var all []workflow
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		var w workflow
		// In YAML 1.1 the key on is a boolean.
		text := regexp.MustCompile(`(?m)^on:`).ReplaceAllString(block[1], `"on":`)
		if err := yaml.UnmarshalStrict([]byte(text), &w); err != nil {
			t.Fatalf("%s: %v\n%s", file, err, text)
		}
		all = append(all, w)
	}
	return all
}

// only gives the one job, and its step that uses argoplan.
func (w workflow) only(t *testing.T) (job struct {
	Permissions map[string]string
	Steps       []step
}, argoplan step) {
	t.Helper()
	if len(w.Jobs) != 1 {
		t.Fatalf("%s has %d jobs", w.Name, len(w.Jobs))
	}
	for _, j := range w.Jobs {
		job.Permissions, job.Steps = j.Permissions, j.Steps
		for _, s := range j.Steps {
			if strings.HasPrefix(s.Uses, "argoplan/argoplan@") {
				argoplan = s
			}
		}
		if j.Timeout == 0 || j.RunsOn == "" {
			t.Errorf("%s: a job without a time limit or a runner", w.Name)
		}
	}
	return job, argoplan
}

// find gives the step that uses an action; the test fails without one.
func find(t *testing.T, steps []step, action string) step {
	t.Helper()
	i := slices.IndexFunc(steps, func(s step) bool { return strings.HasPrefix(s.Uses, "actions/"+action+"@") })
	if i < 0 {
		t.Fatalf("no step uses actions/%s", action)
	}
	return steps[i]
}

// TestDocumentedWorkflows holds every workflow of the documents against what
// they all need, and against our inputs and outputs.
func TestDocumentedWorkflows(t *testing.T) {
	t.Parallel()
	for file, n := range map[string]int{"docs/required-check.md": 1, "docs/forks.md": 2} {
		all := workflows(t, file)
		if len(all) != n {
			t.Errorf("%s has %d workflows, want %d", file, len(all), n)
		}
		for _, w := range all {
			job, argoplan := w.only(t)
			if w.Permissions == nil || len(w.Permissions) > 0 || len(job.Permissions) == 0 {
				t.Errorf("%s: %q: permissions are not none at the top and named in the job", file, w.Name)
			}
			for _, s := range job.Steps {
				if !strings.HasPrefix(s.Uses, "argoplan/") && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(s.Uses) {
					t.Errorf("%s: %s isn't pinned to a commit", file, s.Uses)
				}
				if strings.HasPrefix(s.Uses, "actions/checkout@") && (s.With["persist-credentials"] != false || s.With["fetch-depth"] != 2.0) {
					t.Errorf("%s: checkout with %v", file, s.With)
				}
			}
			var problems strings.Builder
			args := []string{}
			for name, value := range argoplan.With {
				text, _ := value.(string)
				args = append(args, "--"+name+"="+text)
			}
			if _, err := parse(commands()[0], args, readEnvironment(func(string) string { return "" }), &problems); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestRequiredCheckWorkflow: the workflow runs for every pull request and for
// the merge queue, whatever a change touches.
func TestRequiredCheckWorkflow(t *testing.T) {
	t.Parallel()
	w := workflows(t, "docs/required-check.md")[0]
	for _, event := range []string{"pull_request", "merge_group"} {
		if filter, ok := w.On[event]; !ok || filter != nil {
			t.Errorf("%s: %v, want it without any filter", event, filter)
		}
	}
	job, _ := w.only(t)
	if len(w.On) != 2 || w.Jobs["argoplan"].If != "" || job.Permissions["pull-requests"] != "write" || w.Concurrency["group"] == nil {
		t.Errorf("the workflow is %+v", w)
	}
	if find(t, job.Steps, "upload-artifact").If != "always()" {
		t.Error("the report of a failed run isn't uploaded")
	}
}
