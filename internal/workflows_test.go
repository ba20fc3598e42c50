package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// workflow is what the rules below read of one.
type workflow struct {
	Permissions map[string]string `json:"permissions"`
	Jobs        map[string]struct {
		Permissions    map[string]string `json:"permissions"`
		TimeoutMinutes int               `json:"timeout-minutes"`
		Steps          []step            `json:"steps"`
	} `json:"jobs"`
}

type step struct {
	Uses string            `json:"uses"`
	Run  string            `json:"run"`
	With map[string]string `json:"with"`
}

// TestWorkflows holds the project's own workflows, and those that its
// documentation tells users to copy, to the rules of safe ones: no permission
// that a job doesn't name, actions by commit, no login left in the checkout, no
// text of an event in a script.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	all := workflows(t)
	if len(all) < 3 {
		t.Fatalf("found %d workflows", len(all))
	}
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w workflow
			if err := yaml.Unmarshal([]byte(text), &w); err != nil {
				t.Fatal(err)
			}
			if w.Permissions == nil || len(w.Permissions) > 0 {
				t.Error("the workflow's permissions are not {}")
			}
			for id, job := range w.Jobs {
				if len(job.Permissions) == 0 && len(job.Steps) > 0 {
					t.Errorf("job %s names no permissions", id)
				}
				if job.TimeoutMinutes == 0 && len(job.Steps) > 0 {
					t.Errorf("job %s has no timeout-minutes", id)
				}
				for _, s := range job.Steps {
					checkStep(t, id, s)
				}
			}
		})
	}
}

func checkStep(t *testing.T, job string, s step) {
	t.Helper()
	if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
		t.Errorf("job %s: the checkout keeps its login", job)
	}
	if i := strings.Index(s.Run, "${{"); i >= 0 {
		t.Errorf("job %s: a script holds %q; pass it by env", job, strings.SplitN(s.Run[i:], "\n", 2)[0])
	}
}

// TestActionsArePinned wants every action by commit, with its version beside
// it, and one commit for each action everywhere.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	uses := regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned := regexp.MustCompile(`^([\w.-]+/[\w.-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$`)
	seen := map[string]string{}
	for name, text := range workflows(t) {
		for _, m := range uses.FindAllStringSubmatch(text, -1) {
			if m[1] == "./" || strings.HasPrefix(m[1], "argoplan/argoplan@v1") {
				continue
			}
			p := pinned.FindStringSubmatch(m[1])
			if p == nil {
				t.Errorf("%s: %q is not OWNER/NAME@COMMIT # VERSION", name, m[1])
				continue
			}
			if was, ok := seen[p[1]]; ok && was != p[2]+p[3] {
				t.Errorf("%s: %s is pinned to another commit elsewhere", name, p[1])
			}
			seen[p[1]] = p[2] + p[3]
		}
	}
}

// workflows are the files below .github/workflows and the YAML blocks with jobs
// in the documentation.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, _ := filepath.Glob("../.github/workflows/*.yml")
	docs, _ := filepath.Glob("../docs/*.md")
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, file := range slices.Concat(files, docs, []string{"../README.md"}) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(file) == ".yml" {
			all[filepath.Base(file)] = string(data)
			continue
		}
		for _, m := range block.FindAllStringSubmatch(string(data), -1) {
			if first := strings.SplitN(m[1], "\n", 2)[0]; strings.Contains(m[1], "\njobs:") {
				all[filepath.Base(file)+" "+first] = m[1]
			}
		}
	}
	return all
}
