package render

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestFeatures(t *testing.T) {
	t.Parallel()
	var missing []feature
	for f := range disabledExtensionFilter + 1 {
		if _, ok := since[f]; !ok {
			missing = append(missing, f)
		}
	}
	if len(missing) > 0 || len(since) != int(disabledExtensionFilter)+1 {
		t.Errorf("the table lacks the features %v", missing)
	}
	for name, tt := range map[string]struct {
		version argocd.Version
		want    int // how many features it has
	}{
		"oldest":  {argocd.NewVersion(2, 14), 0},
		"3.0":     {argocd.NewVersion(3, 0), 4},
		"3.3":     {argocd.NewVersion(3, 3), 5},
		"default": {argocd.Version{}, 7},
		"3.5":     {argocd.NewVersion(3, 5), 9},
		"3.6":     {argocd.NewVersion(3, 6), 10},
		"future":  {argocd.NewVersion(4, 0), 10},
	} {
		got := 0
		for f := range since {
			if has(tt.version, f) {
				got++
			}
		}
		if got != tt.want {
			t.Errorf("%s has %d features, want %d", name, got, tt.want)
		}
	}
}

func TestKnownFields(t *testing.T) {
	t.Parallel()
	source := argocd.Source{
		Kustomize: &argocd.Kustomize{IgnoreMissingComponents: true, LabelIncludeTemplates: true, NamePrefix: "a"},
		Directory: &argocd.Directory{DisableExtensionFilter: true, Recurse: true},
	}
	for name, tt := range map[string]struct {
		version               argocd.Version
		kustomize, extensions bool
	}{
		"2.14": {argocd.NewVersion(2, 14), false, false},
		"3.0":  {argocd.NewVersion(3, 0), true, false},
		"3.6":  {argocd.NewVersion(3, 6), true, true},
	} {
		got := knownFields(source, tt.version)
		want := argocd.Source{
			Kustomize: &argocd.Kustomize{IgnoreMissingComponents: tt.kustomize, LabelIncludeTemplates: tt.kustomize, NamePrefix: "a"},
			Directory: &argocd.Directory{DisableExtensionFilter: tt.extensions, Recurse: true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if !source.Kustomize.IgnoreMissingComponents || !source.Directory.DisableExtensionFilter {
		t.Error("the source that was given has changed")
	}
}

// TestPrepareDropsUnknownFields: a block that holds nothing else doesn't decide
// the source's type, and an override file can't bring a field back.
func TestPrepareDropsUnknownFields(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", plainChart, ".argocd-source.yaml", "kustomize: {ignoreMissingComponents: true}\n")
	in := testInput(t, dir, nil)
	in.Source.Directory = &argocd.Directory{DisableExtensionFilter: true}
	got, err := New(Options{Version: argocd.NewVersion(2, 14)}).prepare(in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Source.Directory != nil {
		t.Errorf("the block stays: %+v", got.Source.Directory)
	}
	if got.Source.Kustomize == nil || got.Source.Kustomize.IgnoreMissingComponents {
		t.Errorf("the override file gives %+v", got.Source.Kustomize)
	}
}

func TestKubeVersionByArgoCD(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", plainChart, "templates/v.yaml", "kind: X\ndata: {v: '{{ .Capabilities.KubeVersion.Version }}'}\n")
	for name, tt := range map[string]struct {
		version           argocd.Version
		cluster, inSource string
		want              string
	}{
		"3.4, cluster":  {argocd.NewVersion(3, 4), "v1.31.4-gke.1", "", "v1.31.4"},
		"3.2, cluster":  {argocd.NewVersion(3, 2), "v1.31.4-gke.1", "", "v1.31"},
		"2.14, cluster": {argocd.NewVersion(2, 14), "1.31.4", "", "v1.31"},
		"3.2, source":   {argocd.NewVersion(3, 2), "1.31", "1.30.2-gke.5", "v1.30.2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := testInput(t, dir, &argocd.Helm{KubeVersion: tt.inSource, ReleaseName: "r"})
			in.KubeVersion = tt.cluster
			out, err := New(Options{Version: tt.version}).Render(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, out.Objects, "v"); got != tt.want {
				t.Errorf("the chart sees %s, want %s", got, tt.want)
			}
		})
	}
	in := testInput(t, dir, nil)
	in.KubeVersion = "unknown"
	_, err := New(Options{Version: argocd.NewVersion(3, 0)}).Render(t.Context(), in)
	wantError(t, err, `could not parse kubernetes version "unknown"`)
}

func TestValueFilesByArgoCD(t *testing.T) {
	t.Parallel()
	root := valuesTree(t)
	before := argocd.NewVersion(3, 3)
	again := argocd.Helm{ValueFiles: []string{"apps/shop/values/a.yaml", "apps/shop/values/b.yaml", "apps/shop/values/a.yaml"}}
	values := func(version argocd.Version, helm argocd.Helm) (map[string]any, error) {
		in := testInput(t, root, &helm)
		in.version = version
		return New(Options{Version: version}).values(t.Context(), in, helm)
	}
	for version, last := range map[argocd.Version]string{before: "a", argocd.NewVersion(3, 4): "b"} {
		got, err := values(version, again)
		if err != nil || got["last"] != last {
			t.Errorf("%s: of a file that is listed twice, %v is last, %v, want %s", version, got["last"], err, last)
		}
	}
	glob := argocd.Helm{ValueFiles: []string{"apps/shop/values/*.yaml"}}
	_, err := values(before, glob)
	wantError(t, err, "no such file apps/shop/values/*.yaml")
	glob.IgnoreMissingValueFiles = true
	if got, err := values(before, glob); err != nil || len(got) != 0 {
		t.Errorf("a glob that is no glob yet gives %v, %v", got, err)
	}
}

func TestPluginEnvByArgoCD(t *testing.T) {
	t.Parallel()
	in := Input{
		AppName: "shop", Project: "default", KubeVersion: "1.31", version: argocd.NewVersion(2, 14),
		Source: argocd.Source{Plugin: &argocd.Plugin{Env: []argocd.EnvEntry{{Name: "EMPTY"}, {Name: "PROJECT", Value: "$ARGOCD_APP_PROJECT_NAME"}, {Name: "EQUALS", Value: "="}}}},
	}
	got, err := requestEnv(in)
	want := []string{"ARGOCD_APP_NAME=shop", "KUBE_VERSION=1.31", "ARGOCD_ENV_EQUALS==", "ARGOCD_APP_PARAMETERS=null"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("2.14: %v\n%s", err, diff)
	}
	in.version = argocd.NewVersion(3, 0)
	got, err = requestEnv(in)
	for _, entry := range []string{"ARGOCD_APP_PROJECT_NAME=default", "ARGOCD_ENV_EMPTY=", "ARGOCD_ENV_PROJECT=default", "KUBE_API_VERSIONS="} {
		if err != nil || !slices.Contains(got, entry) {
			t.Errorf("3.0: %v, %s is not in %s", err, entry, strings.Join(got, " "))
		}
	}
}
