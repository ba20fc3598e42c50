package action

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const teams = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: teams}
spec:
  generators: [GENERATORS]
  template:
    metadata: {name: 'team-{{team}}'}
    spec:
      project: default
      source: {repoURL: 'https://github.com/svc-design/gitops', path: shop, targetRevision: main}
      destination: {name: in-cluster, namespace: shop}
`

// TestUnknownIsNeitherAddedNorDeleted compares two states of one ApplicationSet.
func TestUnknownIsNeitherAddedNorDeleted(t *testing.T) {
	t.Parallel()
	const list, service, bad = `{list: {elements: [{team: a}]}}`, `{plugin: {configMapRef: {name: x}}}`, `{list: {elements: [{team: 1}]}}`
	for name, test := range map[string]struct {
		base, head string // generators; "" is no ApplicationSet, "[" no YAML
		exit       int
		want       string
		never      string
	}{
		"fails at head":          {list, bad, exitIncomplete, "could not be expanded at head", "deleted"},
		"fails at base":          {bad, list, exitDone, "could not be expanded at base", "new"},
		"fails on both sides":    {list + "," + bad, bad, exitIncomplete, "incomplete run", "deleted"},
		"can't be read at head":  {list, "[", exitIncomplete, "the file of ApplicationSet teams can't be read at head", "deleted"},
		"skipped at head":        {list, service, exitDone, "is not expanded whole at head", "deleted"},
		"skipped on both sides":  {service + "," + list, service, exitDone, "1 deleted", "failed to render"},
		"gone":                   {list, "", exitDone, "1 deleted", "failed to render"},
		"fails, and is new":      {"", bad, exitIncomplete, "incomplete run", "1 deleted"},
		"a service takes over":   {service, list, exitDone, "is not expanded whole at base", "1 new"},
		"written out, too, once": {list, list + " # twice", exitDone, "generates team-a, which is defined in", "failed to render"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dirs := []string{t.TempDir(), t.TempDir()}
			for i, generators := range []string{test.base, test.head} {
				files := map[string]string{"shop/x.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"}
				if generators != "" {
					files["sets.yaml"] = strings.Replace(teams, "[GENERATORS]", "\n  - "+strings.ReplaceAll(generators, "},{", "}\n  - {"), 1)
				}
				if strings.Contains(generators, "twice") {
					files["apps.yaml"] = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: team-a}\nspec: {source: {repoURL: 'https://github.com/svc-design/gitops', path: shop, targetRevision: main}, destination: {name: in-cluster, namespace: shop}}\n"
				}
				for file, text := range files {
					if err := os.MkdirAll(filepath.Join(dirs[i], filepath.Dir(file)), 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(dirs[i], file), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			var stdout, stderr bytes.Buffer
			status := Main(t.Context(), []string{"--base-dir", dirs[0], "--head-dir", dirs[1], "--repository", "svc-design/gitops", "--base-branch", "main", "--report-dir", t.TempDir()},
				testEnvironment(t), &stdout, &stderr)
			if status != test.exit || !strings.Contains(stdout.String(), test.want) || strings.Contains(stdout.String(), test.never) {
				t.Errorf("exit status %d, want %d; %q expected, %q not, in:\n%s%s", status, test.exit, test.want, test.never, &stdout, &stderr)
			}
		})
	}
}

func TestInputFilesOfApplicationSets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for file, text := range map[string]string{"none.yaml": "a: b\n", "params.yaml": "a: {x: []}\n"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for flag, want := range map[string]string{
		"--clusters=" + dir + "/none.yaml":               "bad input clusters: ",
		"--clusters=" + dir + "/gone.yaml":               "bad input clusters: ",
		"--generator-parameters=" + dir + "/params.yaml": "bad input generator-parameters: ",
		"--generator-parameters=" + dir + "/gone.yaml":   "bad input generator-parameters: ",
	} {
		var stdout, stderr bytes.Buffer
		status := Main(t.Context(), []string{"--base-dir", dir, "--head-dir", dir, "--repository", "o/r", "--report-dir", t.TempDir(), flag}, testEnvironment(t), &stdout, &stderr)
		if status != exitUsage || !strings.Contains(stderr.String(), want) {
			t.Errorf("%s: exit status %d: %s", flag, status, &stderr)
		}
	}
}
