package render

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
)

// helmCLI finds a helm of the version that this package links, in the
// repository's .bin or on PATH.
func helmCLI(t *testing.T, engine helmEngine) string {
	t.Helper()
	version := strings.TrimPrefix(engine.tool(), "Helm ")
	minor := version[:strings.LastIndex(version, ".")+1]
	for _, name := range []string{"helm", "helm4"} {
		local, err := filepath.Abs("../../.bin/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, candidate := range []string{local, name} {
			path, err := exec.LookPath(candidate)
			if err != nil {
				continue
			}
			out, err := exec.Command(path, "version", "--short").Output()
			if err == nil && strings.HasPrefix(string(out), minor) {
				return path
			}
		}
	}
	t.Skipf("no helm %sx in .bin or on PATH to compare with; tools/build.sh builds helm and helm4", minor)
	return ""
}

// helmArgs is the command line that Argo CD would build, for a source without
// variables and refs.
func helmArgs(t *testing.T, helm argocd.Helm) []string {
	t.Helper()
	args := []string{
		"template", ".", "--name-template", firstSet(helm.ReleaseName, "shop"), "--namespace", firstSet(helm.Namespace, "prod"),
		"--kube-version", strings.TrimSuffix(firstSet(helm.KubeVersion, "1.34.2"), "-gke.100"),
	}
	for _, p := range helm.Parameters {
		flag := "--set"
		if p.ForceString {
			flag = "--set-string"
		}
		args = append(args, flag, p.Name+"="+escapeCommas(p.Value))
	}
	for _, p := range helm.FileParameters {
		args = append(args, "--set-file", p.Name+"="+p.Path)
	}
	for _, file := range helm.ValueFiles {
		args = append(args, "--values", file)
	}
	if inline := inlineValues(t, helm); inline != "" {
		args = append(args, "--values", inline)
	}
	for _, version := range helm.APIVersions {
		args = append(args, "--api-versions", version)
	}
	for flag, set := range map[string]bool{
		"--include-crds": !helm.SkipCrds, "--skip-tests": helm.SkipTests, "--skip-schema-validation": helm.SkipSchemaValidation,
	} {
		if set {
			args = append(args, flag)
		}
	}
	return args
}

// inlineValues writes values or valuesObject to a file, as Argo CD does.
func inlineValues(t *testing.T, helm argocd.Helm) string {
	t.Helper()
	text := []byte(helm.Values)
	if helm.ValuesObject != nil {
		var err error
		if text, err = yaml.Marshal(helm.ValuesObject); err != nil {
			t.Fatal(err)
		}
	}
	if len(text) == 0 {
		return ""
	}
	file := filepath.Join(t.TempDir(), "inline.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// equalToCLI compares what helm prints with what the engine gives, byte for
// byte; of a failure, what helm says has to be in our error.
func equalToCLI(t *testing.T, dir string, helm argocd.Helm, version argocd.Version) {
	t.Helper()
	cli := helmCLI(t, newHelmEngine(version))
	command := exec.Command(cli, helmArgs(t, helm)...)
	command.Dir = dir
	command.Env = []string{"HOME=" + t.TempDir(), "KUBECONFIG=/dev/null"}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	want, err := command.Output()
	got, _, gotErr := New(Options{Version: version}).helm(t.Context(), testInput(t, dir, &helm))
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		compareFailure(t, stderr.String(), dir, gotErr)
	case err != nil:
		t.Fatal(err)
	case gotErr != nil:
		t.Errorf("helm renders it; here: %v", gotErr)
	default:
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
			t.Errorf("differs from helm (-helm +ours):\n%s", diff)
		}
		if strings.Count(string(want), "kind: ") < 1 {
			t.Errorf("the comparison covers only\n%s", want)
		}
	}
}

func compareFailure(t *testing.T, stderr, dir string, got error) {
	t.Helper()
	if got == nil {
		t.Fatalf("no error; helm says %s", stderr)
	}
	_, said, _ := strings.Cut(stderr, "Error: ")
	said, _, _ = strings.Cut(said, "\n\nUse --debug")
	said = strings.TrimSpace(strings.TrimPrefix(said, "INSTALLATION FAILED: "))
	if !strings.Contains(got.Error(), shorten(errors.New(said), dir).Error()) {
		t.Errorf("the error is\n%v\nhelm says\n%s", got, stderr)
	}
}

// TestEqualToHelmCLI renders one chart with many options.
func TestEqualToHelmCLI(t *testing.T) {
	t.Parallel()
	tests := map[string]argocd.Helm{
		"defaults": {},
		"values":   {ValueFiles: []string{"prod.yaml"}, ValuesObject: map[string]any{"replicas": 5, "labels": map[string]any{"a": nil}}},
		"parameters": {
			Parameters: []argocd.HelmParameter{
				{Name: "replicas", Value: "7"},
				{Name: "labels.list", Value: "a,b"},
				{Name: "labels.number", Value: "12", ForceString: true},
				{Name: "ports", Value: "{80,443}"},
			},
			FileParameters: []argocd.HelmFile{{Name: "labels.file", Path: "prod.yaml"}},
		},
		"flags": {SkipCrds: true, SkipTests: true, SkipSchemaValidation: true, KubeVersion: "1.30.1", APIVersions: []string{"example.com/v1"}},
	}
	for name, helm := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			equalToCLI(t, filepath.Join("testdata", "web"), helm, version)
		})
	}
}

// helmCharts gives the charts of testdata/helm: what the first line says, the
// directory and the options.
func helmCharts(t *testing.T, test func(t *testing.T, title, dir string, helm argocd.Helm)) {
	t.Helper()
	files, err := filepath.Glob("testdata/helm/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d charts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var helm argocd.Helm
			var paths []string
			for _, f := range archive.Files {
				if f.Name == "helm.yaml" {
					err = yaml.UnmarshalStrict(f.Data, &helm)
				}
				paths = append(paths, f.Name, string(f.Data))
			}
			if err != nil {
				t.Fatal(err)
			}
			test(t, string(archive.Comment), tree(t, paths...), helm)
		})
	}
}

// TestChartsEqualToHelmCLI renders charts that are hard to get right.
func TestChartsEqualToHelmCLI(t *testing.T) {
	t.Parallel()
	helmCharts(t, func(t *testing.T, _, dir string, helm argocd.Helm) {
		bothHelms(t, "with", func(t *testing.T, version argocd.Version) { equalToCLI(t, dir, helm, version) })
	})
}

// TestHelmsDiffer holds what each chart says of itself, without any command:
// which charts fail, and which ones the two versions render differently.
func TestHelmsDiffer(t *testing.T) {
	t.Parallel()
	helmCharts(t, func(t *testing.T, title, dir string, helm argocd.Helm) {
		in := testInput(t, dir, &helm)
		three, err := New(Options{Version: argocd.NewVersion(3, 4)}).Render(t.Context(), in)
		four, err4 := New(Options{Version: argocd.NewVersion(3, 5)}).Render(t.Context(), in)
		if fails := strings.HasPrefix(title, "# fails"); (err != nil) != fails || (err4 != nil) != fails {
			t.Errorf("fails %t; Helm 3: %v, Helm 4: %v", fails, err, err4)
		}
		diff := cmp.Diff(three.Objects, four.Objects)
		if differs := strings.HasPrefix(title, "# differs"); (diff != "") != differs {
			t.Errorf("differs is %t (-Helm 3 +Helm 4):\n%s", differs, diff)
		}
	})
}
