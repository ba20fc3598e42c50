package render

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
)

// helmCLI finds a helm of the version that this package links, in the
// repository's .bin or on PATH.
func helmCLI(t *testing.T) string {
	t.Helper()
	local, err := filepath.Abs("../../.bin/helm")
	if err != nil {
		t.Fatal(err)
	}
	for _, candidate := range []string{local, "helm"} {
		path, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "version", "--short").Output()
		if err == nil && strings.HasPrefix(string(out), "v3.22.") {
			return path
		}
	}
	t.Skip("no helm v3.22 in .bin or on PATH to compare with")
	return ""
}

// printedByHelm runs the command in dir, with an environment of its own.
func printedByHelm(t *testing.T, cli, dir string, args []string) string {
	t.Helper()
	command := exec.Command(cli, append([]string{"template", ".", "--name-template", "shop", "--namespace", "prod"}, args...)...)
	command.Dir = dir
	command.Env = []string{"HOME=" + t.TempDir(), "KUBECONFIG=/dev/null"}
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("helm: %v", err)
	}
	objects, err := manifest.Parse(printed)
	if err != nil {
		t.Fatal(err)
	}
	return string(manifest.YAML(objects))
}

// TestEqualToHelmCLI renders one chart by the helm command, with the command
// line that Argo CD would build, and by Render.
func TestEqualToHelmCLI(t *testing.T) {
	t.Parallel()
	cli := helmCLI(t)
	inline := filepath.Join(t.TempDir(), "values.yaml")
	if err := os.WriteFile(inline, []byte("replicas: 5\nlabels: {a: null}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		helm *argocd.Helm
		args []string
	}{
		"defaults": {nil, []string{"--include-crds", "--kube-version", "1.34.2"}},
		"values": {
			&argocd.Helm{ValueFiles: []string{"prod.yaml"}, ValuesObject: map[string]any{"replicas": 5, "labels": map[string]any{"a": nil}}},
			[]string{"--include-crds", "--kube-version", "1.34.2", "--values", "prod.yaml", "--values", inline},
		},
		"parameters": {
			&argocd.Helm{
				Parameters: []argocd.HelmParameter{
					{Name: "replicas", Value: "7"},
					{Name: "labels.list", Value: "a,b"},
					{Name: "labels.number", Value: "12", ForceString: true},
					{Name: "ports", Value: "{80,443}"},
				},
				FileParameters: []argocd.HelmFile{{Name: "labels.file", Path: "prod.yaml"}},
			},
			[]string{
				"--include-crds", "--kube-version", "1.34.2", "--set", "replicas=7", "--set", `labels.list=a\,b`,
				"--set", "ports={80,443}", "--set-string", "labels.number=12", "--set-file", "labels.file=prod.yaml",
			},
		},
		"flags": {
			&argocd.Helm{SkipCrds: true, SkipTests: true, SkipSchemaValidation: true, KubeVersion: "1.30.1", APIVersions: []string{"example.com/v1"}},
			[]string{"--skip-tests", "--skip-schema-validation", "--kube-version", "1.30.1", "--api-versions", "example.com/v1"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", "web")
			want := printedByHelm(t, cli, dir, tt.args)
			got, err := New(Options{}).Render(t.Context(), testInput(t, dir, tt.helm))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(manifest.YAML(got.Objects))); diff != "" {
				t.Errorf("differs from helm (-helm +ours):\n%s", diff)
			}
			if strings.Count(want, "\nkind: ") < 4 {
				t.Errorf("the comparison covers only\n%s", want)
			}
		})
	}
}
