package action

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/manifest"
)

// TestItsmIsWhatTheToolsPrint holds argoplan's renders of the example against
// the tools that Argo CD's repo-server and its sidecar run, with the arguments
// that they would give. Only namespaces are filled in, as Argo CD does later.
func TestItsmIsWhatTheToolsPrint(t *testing.T) {
	t.Parallel()
	tree := absolute(t, filepath.Join(root, "testdata/repos/itsm/head"))
	charts := absolute(t, filepath.Join(root, "testdata/helm-repository"))
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	status := Main(t.Context(), []string{
		"render", "--dir", tree, "--repository", "svc-design/gitops", "--show-secrets", "--output-dir", out,
		"--mirrors", "https://charts.onwalk.net=" + filepath.Join(charts, "served"),
	}, testEnvironment(t), &stdout, &stderr)
	if status != exitDone {
		t.Fatalf("exit status %d: %s", status, stderr.String())
	}
	values := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(values, []byte("primary: {maxConnections: 400}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	helm := func(release, namespace, dir string, more ...string) []string {
		args := []string{"helm", "template", dir, "--name-template", release, "--namespace", namespace, "--kube-version", defaultKubeVersion}
		return append(append(args, more...), "--include-crds")
	}
	for name, test := range map[string]struct {
		namespace string
		dir       string
		argv      []string
	}{
		"mysql":     {"itsm-dev-db", charts, helm("mysql", "itsm-dev-db", "src/mysql-9.23.0", "--values", values)},
		"redis":     {"itsm-dev", filepath.Join(tree, "helm/redis"), helm("redis", "itsm-dev", ".", "--values", "values-dev.yaml")},
		"itsm":      {"itsm-dev", filepath.Join(tree, "helmfiles/itsm"), []string{"helmfile", "-n", "itsm-dev", "template", "--include-crds", "-q"}},
		"itsm-prod": {"itsm-prod", filepath.Join(tree, "helmfiles/itsm"), []string{"helmfile", "-n", "itsm-prod", "-e", "prod", "template", "--include-crds", "-q"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := os.ReadFile(filepath.Join(out, "argocd", name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(normal(t, runTool(t, test.dir, test.argv), test.namespace), string(got)); diff != "" {
				t.Errorf("(-%s +argoplan):\n%s", test.argv[0], diff)
			}
		})
	}
}

// runTool runs a tool of .bin, in a copy of dir where it may write.
func runTool(t *testing.T, dir string, argv []string) []byte {
	t.Helper()
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	path := testEnvironment(t)("PATH")
	cmd := exec.Command("/usr/bin/env", append([]string{"-i", "PATH=" + path, "HOME=" + t.TempDir()}, argv...)...)
	cmd.Dir = work
	out, err := cmd.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			stderr = exit.Stderr
		}
		t.Fatalf("%v: %v\n%s", argv, err, stderr)
	}
	return out
}

// normal parses and prints YAML, with the destination's namespace filled in.
func normal(t *testing.T, text []byte, namespace string) string {
	t.Helper()
	objects, err := manifest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	manifest.Place(objects, namespace, manifest.NewScope(objects, nil))
	return string(manifest.YAML(objects))
}
