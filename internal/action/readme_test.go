package action

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReadmeShowsARealComment holds the quoted comment against what the
// example gives: the same lines, in the same order.
func TestReadmeShowsARealComment(t *testing.T) {
	t.Parallel()
	_, quoted, ok := strings.Cut(readme(t), "expected comment -->\n")
	quoted, _, end := strings.Cut(quoted, "<!-- end of comment -->")
	if !ok || !end {
		t.Fatal("README.md lacks the comment between its two marks")
	}
	data, err := os.ReadFile(filepath.Join(root, "testdata/repos/itsm/want/comment.md"))
	if err != nil {
		t.Fatal(err)
	}
	rest, shown := string(data), 0
	for line := range strings.Lines(quoted) {
		line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), ">"), " ")
		if line == "" || line == "…" {
			continue
		}
		_, after, ok := strings.Cut(rest, line+"\n")
		if !ok {
			t.Fatalf("README.md shows the line %q, which the comment doesn't have (there)", line)
		}
		rest, shown = after, shown+1
	}
	if shown < 10 {
		t.Errorf("README.md shows %d lines of the comment", shown)
	}
}

// TestReadmeCommands holds every command line of README.md against the
// Makefile and the command's own flags.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readme(t), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, "#")
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			found++
			switch words[0] {
			case "make":
				if !strings.Contains(string(makefile), "\n"+words[1]+":") {
					t.Errorf("%q: the Makefile has no such target", line)
				}
			case "argoplan":
				c, args := pick(words[1:])
				if _, err := parse(c, args, readEnvironment(func(string) string { return "" }), t.Output()); err != nil {
					t.Errorf("%q: %v", line, err)
				}
			default:
				t.Errorf("%q: no test for such a command", line)
			}
		}
	}
	if found < 4 {
		t.Errorf("found %d commands", found)
	}
}

// TestReadmeWorkflow holds the workflow against action.yml: every input that it
// sets and every output that it reads exists.
func TestReadmeWorkflow(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(readme(t))
	if block == nil {
		t.Fatal("README.md has no workflow")
	}
	var workflow struct {
		Jobs map[string]struct {
			Permissions map[string]string `json:"permissions"`
			Steps       []struct {
				Uses string            `json:"uses"`
				With map[string]string `json:"with"`
			} `json:"steps"`
		} `json:"jobs"`
	}
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(strings.ReplaceAll(block[1], "fetch-depth: 2", "fetch-depth: '2'"), "persist-credentials: false", "persist-credentials: 'false'")), &workflow); err != nil {
		t.Fatal(err)
	}
	var action struct {
		Outputs map[string]any `json:"outputs"`
	}
	data, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	job := workflow.Jobs["argoplan"]
	if job.Permissions["pull-requests"] != "write" || len(job.Steps) != 3 {
		t.Errorf("the job is %+v", job)
	}
	for _, step := range job.Steps {
		if !strings.HasPrefix(step.Uses, "argoplan/argoplan@") && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(step.Uses) {
			t.Errorf("%s isn't pinned to a commit", step.Uses)
		}
	}
	for _, m := range regexp.MustCompile(`steps\.argoplan\.outputs\.([a-z-]+)`).FindAllStringSubmatch(block[1], -1) {
		if _, ok := action.Outputs[m[1]]; !ok {
			t.Errorf("the workflow reads the output %s, which action.yml doesn't have", m[1])
		}
	}
}
