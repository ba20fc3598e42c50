package render

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

var withHelm = []string{"--enable-helm"}

// pulledCharts are directories by "repository chart version".
type pulledCharts map[string]string

func (p pulledCharts) ChartDir(_ context.Context, repo, chart, version string) (string, error) {
	dir, ok := p[repo+" "+chart+" "+version]
	if !ok {
		return "", errors.New("no such chart")
	}
	return dir, nil
}

func TestKustomizePullsCharts(t *testing.T) {
	t.Parallel()
	chart := tree(t, "Chart.yaml", plainChart, "values.yaml", "a: b\n", "templates/v.yaml", valuesTemplate)
	root := tree(t, "kustomization.yaml", "helmCharts: [{name: web, repo: 'https://charts.example.com', version: 1.0.0, releaseName: r, namespace: ns}]\n")
	in := kustomizeInput(t, root, ".", nil)
	charts := pulledCharts{"https://charts.example.com web 1.0.0": chart}
	out, err := buildKustomize(t, Options{KustomizeBuildOptions: withHelm, Charts: charts}, in)
	if err != nil || !strings.Contains(out, `values: '{"a":"b"}'`) || !strings.Contains(out, "namespace: ns\n") {
		t.Errorf("got %v\n%s", err, out)
	}
	_, err = buildKustomize(t, Options{KustomizeBuildOptions: withHelm, Charts: pulledCharts{}}, in)
	wantError(t, err, "kustomization.yaml", "rendering the chart web", "no such chart")
	_, err = buildKustomize(t, Options{KustomizeBuildOptions: withHelm}, in)
	if skip := (*fault.Unsupported)(nil); !errors.As(err, &skip) || skip.Reason != "the chart web of https://charts.example.com is not fetched" {
		t.Errorf("got %v", err)
	}
}

// TestKustomizeChartVersions: the Application's Kubernetes version and API
// versions win over the cluster's and over the flags.
func TestKustomizeChartVersions(t *testing.T) {
	t.Parallel()
	root := tree(t, "kustomization.yaml", "helmCharts: [{name: web, releaseName: r}]\n",
		"charts/web/Chart.yaml", plainChart, "charts/web/values.yaml", "",
		"charts/web/templates/c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  kube: {{ .Capabilities.KubeVersion }}\n  own: {{ .Capabilities.APIVersions.Has \"own/v1\" | quote }}\n  cluster: {{ .Capabilities.APIVersions.Has \"cluster/v1\" | quote }}\n")
	in := kustomizeInput(t, root, ".", &argocd.Kustomize{NamePrefix: "x-", KubeVersion: "v1.29.3-gke.100", APIVersions: []string{"own/v1"}})
	in.APIVersions = []string{"cluster/v1"}
	out, err := buildKustomize(t, Options{KustomizeBuildOptions: append(withHelm, "--helm-kube-version 1.20")}, in)
	if err != nil || !strings.Contains(out, "cluster: \"false\"\n  kube: v1.29.3\n  own: \"true\"\n") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// TestKustomizeChartsRefused: what can't be rendered as Argo CD would, or
// would leave the repository.
func TestKustomizeChartsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"no release name":     {"helmCharts: [{name: web}]\n", "has no releaseName"},
		"no name":             {"helmCharts: [{releaseName: r}]\n", "chart name cannot be empty"},
		"a home outside":      {"helmGlobals: {chartHome: /remote/x}\nhelmCharts: [{name: web, releaseName: r}]\n", "leads out of the repository"},
		"a values file":       {"helmCharts: [{name: web, releaseName: r, valuesFile: ../../etc/passwd}]\n", "outside of the repository"},
		"an additional file":  {"helmCharts: [{name: web, releaseName: r, additionalValuesFiles: [gone.yaml]}]\n", "gone.yaml"},
		"a plugin's document": {"generators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: x}\n  name: web\n", "HelmChartInflationGenerator among the generators"},
		"a broken template":   {"helmCharts: [{name: broken, releaseName: r}]\n", "rendering the chart broken"},
	} {
		root := tree(t, "kustomization.yaml", test.text, "charts/web/Chart.yaml", plainChart, "charts/web/values.yaml", "",
			"charts/broken/Chart.yaml", plainChart, "charts/broken/values.yaml", "", "charts/broken/templates/x.yaml", "{{ fail \"no\" }}")
		_, err := buildKustomize(t, Options{KustomizeBuildOptions: withHelm}, kustomizeInput(t, root, ".", nil))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

// TestKustomizeChartsOfTwoNamespaces: one kustomization can't be read in two
// ways, so it is skipped, not guessed.
func TestKustomizeChartsOfTwoNamespaces(t *testing.T) {
	t.Parallel()
	root := tree(t, "kustomization.yaml", "resources: [a, b]\n", "a/kustomization.yaml", "resources: [../c]\nnamespace: a\n",
		"b/kustomization.yaml", "resources: [../c]\nnamespace: b\nnameSuffix: -b\n", "c/kustomization.yaml", "helmCharts: [{name: web, releaseName: r}]\n",
		"c/charts/web/Chart.yaml", plainChart, "c/charts/web/values.yaml", "", "c/charts/web/templates/v.yaml", valuesTemplate)
	_, err := buildKustomize(t, Options{KustomizeBuildOptions: withHelm}, kustomizeInput(t, root, ".", nil))
	if skip := (*fault.Unsupported)(nil); !errors.As(err, &skip) {
		t.Errorf("got %v, want it skipped", err)
	}
}
