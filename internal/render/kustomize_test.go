package render

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// kustomizeInput is a Kustomize source in the directory dir of the tree root.
func kustomizeInput(t testing.TB, root, dir string, options *argocd.Kustomize) Input {
	t.Helper()
	in := testInput(t, root, nil)
	in.Dir = filepath.Join(in.Root, dir)
	in.Source.Path = dir
	in.Source.Kustomize = options
	return in
}

// buildKustomize renders and gives the text that kustomize printed.
func buildKustomize(t testing.TB, o Options, in Input) (string, error) {
	t.Helper()
	out, _, _, err := New(o).kustomize(t.Context(), in)
	return string(out), err
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: nginx:1.0
`

// TestKustomizeLeavesTheTree: edits are made beside the tree, and each render
// begins anew.
func TestKustomizeLeavesTheTree(t *testing.T) {
	t.Parallel()
	const file = "# note\nresources: [d.yaml]\n"
	root := tree(t, "app/kustomization.yaml", file, "app/d.yaml", deployment)
	in := kustomizeInput(t, root, "app", &argocd.Kustomize{NamePrefix: "x-", CommonLabels: map[string]string{"a": "b"}})
	for range 2 {
		out, err := New(Options{}).Render(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if out.Type != Kustomize || out.Tool != "Kustomize v5.8.1" || out.Objects[0].GetName() != "x-web" {
			t.Errorf("got %s %s %s", out.Type, out.Tool, out.Objects[0].GetName())
		}
	}
	if text, err := os.ReadFile(filepath.Join(root, "app/kustomization.yaml")); err != nil || string(text) != file {
		t.Errorf("the file is now %q, %v", text, err)
	}
}

// TestKustomizeSubstitutes: build variables reach images and label values
// always, annotations on request, nothing else.
func TestKustomizeSubstitutes(t *testing.T) {
	t.Parallel()
	root := tree(t, "app/kustomization.yaml", "resources: [d.yaml]\n", "app/d.yaml", deployment)
	options := argocd.Kustomize{
		Images:            []string{"nginx:$ARGOCD_APP_REVISION_SHORT"},
		CommonLabels:      map[string]string{"label": "${ARGOCD_APP_NAME}"},
		CommonAnnotations: map[string]string{"note": "$ARGOCD_APP_NAME"},
		NamePrefix:        "$ARGOCD_APP_NAME-",
	}
	for envsubst, note := range map[bool]string{false: "note: $ARGOCD_APP_NAME\n", true: "note: shop\n"} {
		options.CommonAnnotationsEnvsubst = envsubst
		out, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", &options))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"image: nginx:0123456\n", "label: shop\n", "name: $ARGOCD_APP_NAME-web\n", note} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	}
}

func TestKustomizeIgnoresMissingComponents(t *testing.T) {
	t.Parallel()
	const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n"
	root := tree(t, "app/kustomization.yaml", "resources: [d.yaml]\n", "app/d.yaml", deployment,
		"one/kustomization.yaml", component, "two/kustomization.yaml", component)
	out, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", &argocd.Kustomize{
		Components: []string{"../gone", "../one", "../two", "https://git.example.com/a/b"}, IgnoreMissingComponents: true,
	}))
	if err != nil || !strings.Contains(out, "name: web-c-c\n") {
		t.Errorf("got %v\n%s", err, out)
	}
}

func TestKustomizeVersions(t *testing.T) {
	t.Parallel()
	root := tree(t, "app/kustomization.yaml", "resources: [d.yaml]\n", "app/d.yaml", deployment)
	for _, version := range []string{"5.8.1", "v5.8.1"} {
		if _, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", &argocd.Kustomize{Version: version})); err != nil {
			t.Errorf("%s: %v", version, err)
		}
	}
	_, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "app", &argocd.Kustomize{Version: "v4.5.7"}))
	var skip *fault.Unsupported
	if !errors.As(err, &skip) {
		t.Errorf("got %v, want it skipped", err)
	}
	wantError(t, err, "kustomize.version v4.5.7", "v5.8.1")
	_, err = buildKustomize(t, Options{}, kustomizeInput(t, root, "app", &argocd.Kustomize{KubeVersion: "new"}))
	wantError(t, err, `could not parse kubernetes version "new"`)
}

// TestKustomizeSeesNoEnvironment: a name alone in an env file is empty, as
// since kustomize 5; PATH is always set in this process.
func TestKustomizeSeesNoEnvironment(t *testing.T) {
	t.Parallel()
	root := tree(t, "kustomization.yaml", "configMapGenerator:\n- {name: a, envs: [e.env], options: {disableNameSuffixHash: true}}\n", "e.env", "PATH\nHOME\n")
	out, err := buildKustomize(t, Options{}, kustomizeInput(t, root, ".", nil))
	if err != nil || !strings.Contains(out, "PATH: \"\"\n") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// TestKustomizeForgetsSchemas: the schema of one build doesn't reach the next.
func TestKustomizeForgetsSchemas(t *testing.T) {
	t.Parallel()
	patch := "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n    spec: {template: {spec: {containers: [{name: web, tty: true}]}}}\n"
	root := tree(t, "plain/kustomization.yaml", "resources: [d.yaml]\n"+patch, "plain/d.yaml", deployment,
		"own/kustomization.yaml", "resources: [d.yaml]\nopenapi: {path: s.json}\n"+patch, "own/d.yaml", deployment, "own/s.json", `{"definitions":{}}`)
	_, _ = buildKustomize(t, Options{}, kustomizeInput(t, root, "own", nil))
	out, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "plain", nil))
	if err != nil || !strings.Contains(out, "image: nginx:1.0") || !strings.Contains(out, "tty: true") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// TestKustomizeErrorsNameTheFile: the innermost kustomization, and no path of
// this machine.
func TestKustomizeErrorsNameTheFile(t *testing.T) {
	t.Parallel()
	root := tree(t, "over/kustomization.yaml", "resources: [../base]\n", "base/kustomization.yml", "resources: [gone.yaml]\n")
	_, err := buildKustomize(t, Options{}, kustomizeInput(t, root, "over", nil))
	wantError(t, err, "gone.yaml")
	if fault.FileOf(err) != "base/kustomization.yml" || strings.Contains(err.Error(), root) || strings.Contains(err.Error(), repoMount+"/") {
		t.Errorf("in %q: %v", fault.FileOf(err), err)
	}
}

func TestKustomizeStops(t *testing.T) {
	t.Parallel()
	root := tree(t, "kustomization.yaml", "resources: [d.yaml]\n", "d.yaml", deployment)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, _, err := New(Options{}).kustomize(ctx, kustomizeInput(t, root, ".", nil))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestKustomizeFlags(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"--output /tmp/x":           "--output is not allowed",
		"--enable-helm -o x":        "--output is not allowed",
		"--helm-command=/bin/sh":    "--helm-command is not allowed",
		"--load-restrictor none":    "expected LoadRestrictionsNone",
		"--reorder=fast":            "expected legacy or none",
		"elsewhere":                 `found "elsewhere"`,
		"--no-such":                 "unknown flag: --no-such",
		"--enable-star":             "unknown flag: --enable-star",
		`--helm-kube-version "1.2"`: "",
		"--enable-exec --enable-alpha-plugins --as-current-user --network -e A=b --mount x": "",
	} {
		_, err := parseKustomizeFlags([]string{flags})
		if want == "" && err != nil {
			t.Errorf("%s: %v", flags, err)
		}
		if want != "" {
			wantError(t, err, "reading kustomize.buildOptions", want)
		}
	}
}

// TestKustomizePlugins: with plugins on, one that would be executed makes the
// source skipped; the others are rendered.
func TestKustomizePlugins(t *testing.T) {
	t.Parallel()
	options := Options{KustomizeBuildOptions: []string{"--enable-alpha-plugins", "--enable-exec"}}
	const exec = "apiVersion: v1\nkind: ksops\nmetadata:\n  name: k\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./pwn}\n"
	for name, text := range map[string]string{
		"file":      "generators: [k.yaml]\n",
		"inline":    "transformers:\n- |-\n  " + strings.ReplaceAll(exec, "\n", "\n  ") + "\n",
		"directory": "validators: [dir]\n",
	} {
		root := tree(t, "kustomization.yaml", text, "k.yaml", exec, "dir/kustomization.yaml", "resources: []\n")
		_, err := buildKustomize(t, options, kustomizeInput(t, root, ".", nil))
		if skip := (*fault.Unsupported)(nil); !errors.As(err, &skip) {
			t.Errorf("%s: got %v, want it skipped", name, err)
		}
	}
	root := tree(t, "kustomization.yaml", "resources: [d.yaml]\n", "d.yaml", deployment)
	if _, err := buildKustomize(t, options, kustomizeInput(t, root, ".", nil)); err != nil {
		t.Error(err)
	}
}
