package render

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func kinds(t *testing.T, out Output) []string {
	t.Helper()
	var list []string
	for _, object := range out.Objects {
		list = append(list, object.GetKind()+"/"+object.GetName())
	}
	return list
}

func TestRenderHelm(t *testing.T) {
	t.Parallel()
	all := []string{
		"CustomResourceDefinition/widgets.example.com", "ConfigMap/shop-cache", "ConfigMap/shop-web",
		"Service/shop-web", "Deployment/shop-web", "Pod/ping", "Job/migrate",
	}
	tests := map[string]struct {
		helm *argocd.Helm
		want []string
	}{
		"everything": {nil, all},
		"skipCrds":   {&argocd.Helm{SkipCrds: true}, all[1:]},
		"skipTests":  {&argocd.Helm{SkipTests: true}, append(append([]string{}, all[:5]...), all[6])},
		"condition":  {&argocd.Helm{Values: "cache: {enabled: false}"}, append(append([]string{}, all[0]), all[2:]...)},
	}
	for name, tt := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			out, err := New(Options{Version: version}).Render(t.Context(), testInput(t, "testdata/web", tt.helm))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, kinds(t, out)); diff != "" {
				t.Error(diff)
			}
			tool := "Helm v3.22.0"
			if version.At(3, 5) {
				tool = "Helm v4.3.0"
			}
			if out.Type != Helm || out.Tool != tool {
				t.Errorf("rendered by %s, %s", out.Type, out.Tool)
			}
		})
	}
}

func TestReleaseIdentity(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", plainChart, "templates/v.yaml", valuesTemplate)
	tests := map[string]struct {
		app, namespace string
		helm           argocd.Helm
		release, in    string
	}{
		"the Application's":     {app: "shop", namespace: "prod", release: "shop", in: "prod"},
		"without its namespace": {app: "team-a_shop", namespace: "prod", release: "shop", in: "prod"},
		"set in the source":     {app: "shop", namespace: "prod", helm: argocd.Helm{ReleaseName: "web", Namespace: "test"}, release: "web", in: "test"},
		"no substitution":       {app: "team-a_shop", helm: argocd.Helm{Namespace: "$ARGOCD_APP_NAME"}, release: "shop", in: "$ARGOCD_APP_NAME"},
		"no namespace":          {app: "shop", release: "shop", in: "default"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := testInput(t, dir, &tt.helm)
			in.AppName, in.Namespace = tt.app, tt.namespace
			out, err := New(Options{}).Render(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, out.Objects, "release"); got != tt.release {
				t.Errorf("release is %q, want %q", got, tt.release)
			}
			if got := dataOf(t, out.Objects, "namespace"); got != tt.in {
				t.Errorf("namespace is %q, want %q", got, tt.in)
			}
		})
	}
}

func TestKubeVersion(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", plainChart, "templates/v.yaml",
		"kind: X\ndata: {v: {{ .Capabilities.KubeVersion.Version }}, has: '{{ .Capabilities.APIVersions.Has \"a/v1\" }}'}\n")
	tests := map[string]struct {
		helm            argocd.Helm
		cluster, option string
		want, wantErr   string
	}{
		"cluster":    {cluster: "v1.31.4-gke.1", want: "v1.31.4"},
		"source":     {helm: argocd.Helm{KubeVersion: "1.29"}, cluster: "1.31.0", want: "v1.29"},
		"option":     {option: "1.33.0", want: "v1.33.0"},
		"none":       {wantErr: "expected a Kubernetes version for the chart, found none"},
		"unreadable": {cluster: "1", wantErr: "could not parse kubernetes version"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := testInput(t, dir, &tt.helm)
			in.KubeVersion, in.APIVersions = tt.cluster, []string{"b/v1,a/v1"}
			out, err := New(Options{KubeVersion: tt.option}).Render(t.Context(), in)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, out.Objects, "v"); got != tt.want {
				t.Errorf("the chart sees %s, want %s", got, tt.want)
			}
			if got := dataOf(t, out.Objects, "has"); got != "true" {
				t.Errorf("api-versions with a comma: has a/v1 is %s", got)
			}
		})
	}
	in := testInput(t, dir, &argocd.Helm{APIVersions: []string{"c/v1"}})
	in.APIVersions = []string{"a/v1"}
	out, err := New(Options{}).Render(t.Context(), in)
	if err != nil || dataOf(t, out.Objects, "has") != "false" {
		t.Errorf("helm.apiVersions doesn't replace the cluster's: %v, %v", out, err)
	}
}

func TestHelmErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files            []string
		helm             argocd.Helm
		want, file, hint string
	}{
		"no Chart.yaml": {
			files: []string{"MyChart.yaml", plainChart},
			want:  "loading the chart: ", file: "Chart.yaml", hint: "named Chart.yaml exactly",
		},
		"bad Chart.yaml":  {files: []string{"Chart.yaml", "a: ["}, want: "loading the chart: "},
		"null Chart.yaml": {files: []string{"Chart.yaml", "null"}, want: "loading the chart: "},
		"library chart": {
			files: []string{"Chart.yaml", plainChart + "type: library\n"},
			want:  "library charts are not installable", file: "Chart.yaml", hint: "type application",
		},
		"template syntax": {
			files: []string{"Chart.yaml", plainChart, "templates/deploy.yaml", "a: b\n{{ if }}\n"},
			want:  "missing value for if", file: "templates/deploy.yaml:2",
		},
		"nil pointer": {
			files: []string{"Chart.yaml", plainChart, "templates/deploy.yaml", "a: b\n\nc: {{ .Values.a.b }}\n"},
			want:  "nil pointer evaluating", file: "templates/deploy.yaml:3", hint: "is not set",
		},
		"fail": {
			files: []string{"Chart.yaml", plainChart, "templates/x/deploy.yaml", `{{ fail "set the password" }}`},
			want:  "set the password", file: "templates/x/deploy.yaml:1",
		},
		"not yaml": {
			files: []string{"Chart.yaml", plainChart, "templates/deploy.yaml", "a: b: c\n"},
			want:  "YAML parse error on web/templates/deploy.yaml",
		},
		"schema": {
			files: []string{"Chart.yaml", plainChart, "values.schema.json", `{"required": ["a"]}`},
			want:  "values don't meet the specifications of the schema", hint: "skipSchemaValidation",
		},
		"kubeVersion": {
			files: []string{"Chart.yaml", plainChart + "kubeVersion: '>=1.99'\n"},
			want:  "chart requires kubeVersion: >=1.99", hint: "Set kube-version",
		},
		"release name": {
			files: []string{"Chart.yaml", plainChart}, helm: argocd.Helm{ReleaseName: strings.Repeat("x", 54)},
			want: "release name", hint: "at most 53 characters",
		},
		"name template": {
			files: []string{"Chart.yaml", plainChart}, helm: argocd.Helm{ReleaseName: `{{ env "HOME" }}`},
			want: "release name",
		},
		"helm version": {
			files: []string{"Chart.yaml", plainChart}, helm: argocd.Helm{Version: "3"},
			want: "helm version '3' is not supported", hint: `"v3"`,
		},
		"no kind": {
			files: []string{"Chart.yaml", plainChart, "templates/x.yaml", "a: b\n"},
			want:  ": parsing document 1 (web/templates/x.yaml): the object has no kind",
		},
		"env": {
			files: []string{"Chart.yaml", plainChart, "templates/x.yaml", `kind: {{ env "HOME" }}`},
			want:  `function "env" not defined`, file: "templates/x.yaml:1",
		},
		"endless include": {
			files: []string{"Chart.yaml", plainChart, "templates/x.yaml", `{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}`},
			want:  "rendering the chart: ",
		},
	}
	for name, tt := range tests {
		bothHelms(t, name, func(t *testing.T, version argocd.Version) {
			dir := tree(t, tt.files...)
			_, err := New(Options{Version: version}).Render(t.Context(), testInput(t, dir, &tt.helm))
			wantError(t, err, tt.want)
			var located *fault.Error
			if errors.As(err, &located); tt.file != "" && (located == nil || located.File != tt.file) {
				t.Errorf("the error is in %+v, want file %s", located, tt.file)
			}
			if hint := fault.HintOf(err); !strings.Contains(hint, tt.hint) {
				t.Errorf("hint is %q, want %q in it", hint, tt.hint)
			}
			if strings.Contains(err.Error(), dir) {
				t.Errorf("the error names a private directory: %v", err)
			}
		})
	}
}

func TestHelmVersionAccepted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		version string
		v4      bool
		hint    string // "" if it is accepted
	}{
		"none": {"", false, ""}, "v3": {"v3", false, ""}, "v3, Helm 4": {"v3", true, ""}, "v4, Helm 4": {"v4", true, ""},
		"v4": {"v4", false, "from 3.5 on"}, "v2": {"v2", true, "Leave helm.version out"}, "4": {"4", true, "Leave helm.version out"},
	} {
		err := checkHelmVersion(tt.version, tt.v4)
		if (err == nil) != (tt.hint == "") || !strings.Contains(fault.HintOf(err), tt.hint) {
			t.Errorf("%s: %v, hint %q, want %q", name, err, fault.HintOf(err), tt.hint)
		}
	}
}

func TestRenderEnds(t *testing.T) {
	t.Parallel()
	// Seconds of work for the template engine.
	dir := tree(t, "Chart.yaml", plainChart, "templates/x.yaml", `{{ range until 20000 }}{{ range until 1000 }}{{ end }}{{ end }}`)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, err := New(Options{}).Render(ctx, testInput(t, dir, nil))
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > time.Minute {
		t.Errorf("got %v after %s", err, time.Since(started))
	}
}

func BenchmarkRenderHelm(b *testing.B) {
	for name, version := range helmVersions() {
		b.Run(name, func(b *testing.B) {
			r, in := New(Options{Version: version}), testInput(b, "testdata/web", nil)
			for b.Loop() {
				if _, err := r.Render(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
