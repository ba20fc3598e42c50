package render

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

// envInput is a source that uses every part of a plugin block.
func envInput(t *testing.T) Input {
	t.Helper()
	in := pluginInput(t, nil)
	in.AppName, in.Namespace, in.Project = "team_app", "prod", "default"
	in.Revision, in.KubeVersion, in.APIVersions = "0123456789abcdef", "v1.29.3-gke.100", []string{"v1", "apps/v1"}
	in.Source = argocd.Source{RepoURL: "https://git/x", Path: "app", TargetRevision: "main", Plugin: &argocd.Plugin{
		Name: "p",
		Env: []argocd.EnvEntry{{Name: "ENV_NAME", Value: "dev"}, {Name: "EMPTY"}, {Value: "no name"},
			{Name: "SUB", Value: "$ARGOCD_APP_NAME-${KUBE_VERSION}-$ENV_NAME-$ARGOCD_ENV_ENV_NAME-$PATH-$$X"},
			{Name: "APIS", Value: "$KUBE_API_VERSIONS"}},
		Parameters: []argocd.PluginParameter{
			{Name: "one.a-b", String: new("<x> $ARGOCD_APP_NAME")},
			{Name: "m", Map: map[string]string{"k.2": "b", "K1": "a"}},
			{Name: "list", Array: []string{"x", "y"}},
			{Name: "none", String: new(""), Map: map[string]string{}, Array: []string{}},
		},
	}}
	return in
}

var wantRequestEnv = []string{
	"ARGOCD_APP_NAME=team_app",
	"ARGOCD_APP_NAMESPACE=prod",
	"ARGOCD_APP_PROJECT_NAME=default",
	"ARGOCD_APP_REVISION=0123456789abcdef",
	"ARGOCD_APP_REVISION_SHORT=0123456",
	"ARGOCD_APP_REVISION_SHORT_8=01234567",
	"ARGOCD_APP_SOURCE_REPO_URL=https://git/x",
	"ARGOCD_APP_SOURCE_PATH=app",
	"ARGOCD_APP_SOURCE_TARGET_REVISION=main",
	"KUBE_VERSION=1.29.3",
	"KUBE_API_VERSIONS=v1,apps/v1",
	"ARGOCD_ENV_ENV_NAME=dev",
	"ARGOCD_ENV_EMPTY=",
	"ARGOCD_ENV_=no name",
	"ARGOCD_ENV_SUB=team_app-1.29.3----$X",
	"ARGOCD_ENV_APIS=v1,apps/v1",
	`ARGOCD_APP_PARAMETERS=[{"name":"one.a-b","string":"\u003cx\u003e $ARGOCD_APP_NAME"},` +
		`{"map":{"K1":"a","k.2":"b"},"name":"m"},{"array":["x","y"],"name":"list"},` +
		`{"array":[],"map":{},"name":"none","string":""}]`,
	"PARAM_ONE_A_B=<x> $ARGOCD_APP_NAME",
	"PARAM_M_K1=a",
	"PARAM_M_K_2=b",
	"PARAM_LIST_0=x",
	"PARAM_LIST_1=y",
	"PARAM_NONE=",
}

func TestRequestEnv(t *testing.T) {
	t.Parallel()
	got, err := requestEnv(envInput(t))
	if diff := cmp.Diff(wantRequestEnv, got); err != nil || diff != "" {
		t.Errorf("requestEnv: %v (-want +got):\n%s", err, diff)
	}
}

func TestRequestEnvParameters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		plugin *argocd.Plugin
		want   []string
	}{
		{"no block", nil, nil},
		{"empty block", &argocd.Plugin{}, []string{"ARGOCD_APP_PARAMETERS=null"}},
		{"empty list", &argocd.Plugin{Parameters: []argocd.PluginParameter{}}, []string{"ARGOCD_APP_PARAMETERS=null"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := requestEnv(Input{Source: argocd.Source{Plugin: tt.plugin}})
			if err != nil || len(got) < 11 {
				t.Fatalf("requestEnv: %q, %v", got, err)
			}
			if diff := cmp.Diff(append([]string{"KUBE_VERSION=", "KUBE_API_VERSIONS="}, tt.want...), got[9:]); diff != "" {
				t.Errorf("after the build variables (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestEnvBadVersion(t *testing.T) {
	t.Parallel()
	in := named(pluginInput(t, nil))
	in.KubeVersion = "new"
	if _, _, err := newPluginRunner(pluginOptions(t, script("sh", "ls"))).render(t.Context(), in); err == nil {
		t.Error("render: no error; want one for the version")
	}
}

// TestPluginEnv sees what a command gets: every variable, and no other.
func TestPluginEnv(t *testing.T) {
	t.Setenv("GITHUB_TOKEN", "canary")
	t.Setenv("HELM_PLUGINS", "canary")
	def := argocd.PluginDefinition{Name: "p", Generate: command("env"), Env: []string{
		"HELM_CACHE_HOME=/tmp/helm/cache", "TMP=/tmp", "OTHER=/tmpfile", "BOTH=sidecar", "ARGOCD_APP_NAME=sidecar",
		"PATH=/sidecar/bin", "HOME=/home/argocd", "TMPDIR=/sidecar/tmp"}}
	o := pluginOptions(t, def)
	o.PluginEnv = []string{"BOTH=workflow", "ARGOCD_ENV_ENV_NAME=workflow", "KEPT=/tmp/x", "LANG=de"}
	out, _, err := newPluginRunner(o).render(t.Context(), envInput(t))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i := range got {
		if name, value, _ := strings.Cut(got[i], "="); strings.HasPrefix(value, o.Scratch) {
			_, rest, _ := strings.Cut(value[len(o.Scratch)+1:], "/")
			got[i] = name + "=REQUEST/" + rest
		}
	}
	want := append([]string{
		"PATH=" + pluginPath, "HOME=REQUEST/home", "TMPDIR=REQUEST/tmp", "XDG_CACHE_HOME=REQUEST/home/.cache",
		"XDG_CONFIG_HOME=REQUEST/home/.config", "XDG_DATA_HOME=REQUEST/home/.local/share", "XDG_STATE_HOME=REQUEST/home/.local/state",
		"LANG=de", "HELM_CACHE_HOME=REQUEST/tmp/helm/cache", "TMP=REQUEST/tmp", "OTHER=/tmpfile", "BOTH=workflow", "KEPT=/tmp/x",
	}, wantRequestEnv...)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

// TestSystemEnvOrder sees the order, which decides where a name comes twice.
func TestSystemEnvOrder(t *testing.T) {
	t.Parallel()
	p := newPluginRunner(Options{Path: "/p", PluginEnv: []string{"A=workflow"}})
	got := p.systemEnv(argocd.PluginDefinition{Env: []string{"A=sidecar", "HOME=/tmp/h"}}, &workspace{home: "/w/h", tmp: "/w/t"})
	want := []string{"PATH=/p", "HOME=/w/h", "TMPDIR=/w/t", "XDG_CACHE_HOME=/w/h/.cache", "XDG_CONFIG_HOME=/w/h/.config",
		"XDG_DATA_HOME=/w/h/.local/share", "XDG_STATE_HOME=/w/h/.local/state", "LANG=C.UTF-8", "A=sidecar", "HOME=/w/t/h", "A=workflow"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("systemEnv (-want +got):\n%s", diff)
	}
}
