package argocd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/tree"
)

const settingsText = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata:\n  kustomize.buildOptions: --enable-helm  --load-restrictor LoadRestrictionsNone\n  helm.valuesFileSchemes: 'https, S3'\n  helm.enable: 'false'\n  jsonnet.enable: ''\n  kustomize.version.v5.0.0: /bin/kustomize5\n  kustomize.path.v4: /bin/kustomize4\n  url: https://x\n"

func settingsOf(t *testing.T, files map[string]string) (Settings, []Problem) {
	t.Helper()
	f, err := Scan(tree.Dir(write(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	return f.Settings()
}

func TestSettings(t *testing.T) {
	t.Parallel()
	s, problems := settingsOf(t, map[string]string{"argocd/cm.yaml": "---\n" + settingsText})
	if len(problems) != 0 || s.File != "argocd/cm.yaml" || s.Line != 2 {
		t.Errorf("problems %v, found at %s:%d", problems, s.File, s.Line)
	}
	if diff := cmp.Diff([]string{"--enable-helm", "--load-restrictor", "LoadRestrictionsNone"}, s.KustomizeBuildOptions()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"https", "s3"}, s.ValueFileSchemes()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"v4", "v5.0.0"}, s.KustomizeVersions()); diff != "" {
		t.Error(diff)
	}
	if !s.Disabled("helm") || s.Disabled("jsonnet") || s.Disabled("kustomize") {
		t.Error("expected helm alone to be turned off")
	}
}

func TestSettingsDefaults(t *testing.T) {
	t.Parallel()
	s, _ := settingsOf(t, nil)
	if s.ValueFileSchemes() != nil || s.Disabled("helm") || len(s.KustomizeBuildOptions()) != 0 || s.TrackingMethod() != "" {
		t.Errorf("the zero value isn't Argo CD's default: %+v", s)
	}
	none, _ := settingsOf(t, map[string]string{"cm.yaml": strings.Replace(settingsText, "'https, S3'", "''", 1)})
	if got := none.ValueFileSchemes(); got == nil || len(got) != 0 {
		t.Errorf("an empty key allows %v, want none", got)
	}
}

func TestSettingsFromChartValues(t *testing.T) {
	t.Parallel()
	values := "configs:\n  cm:\n    kustomize.enable: false\n    application.resourceTrackingMethod: label\n"
	for name, text := range map[string]string{"at the top": values, "of an umbrella chart": "argo-cd:\n  " + strings.ReplaceAll(values, "\n", "\n  ")} {
		s, _ := settingsOf(t, map[string]string{"values.yaml": text})
		if !s.Disabled("kustomize") || s.TrackingMethod() != "label" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if s, _ := settingsOf(t, map[string]string{"values.yaml": strings.Replace(values, "cm:", "cm:\n    create: false", 1)}); s.File != "" {
		t.Errorf("configs.cm.create: false is taken for %+v", s)
	}
}

func TestSettingsTwice(t *testing.T) {
	t.Parallel()
	values := "configs: {cm: {helm.enable: true}}\n"
	s, problems := settingsOf(t, map[string]string{"a/values.yaml": values, "b/cm.yaml": settingsText, "c/cm.yaml": settingsText})
	if s.File != "b/cm.yaml" || len(problems) != 1 || problems[0].File != "a/values.yaml" || !strings.Contains(problems[0].Err.Error(), "helm.enable") {
		t.Errorf("settings of %s, problems %v", s.File, problems)
	}
}

func TestSettingsChanged(t *testing.T) {
	t.Parallel()
	a, _ := settingsOf(t, map[string]string{"cm.yaml": settingsText})
	b, _ := settingsOf(t, map[string]string{"cm.yaml": strings.NewReplacer("--enable-helm", "", "https://x", "https://y", "'false'", "'true'").Replace(settingsText)})
	if diff := cmp.Diff([]string{"helm.enable", "kustomize.buildOptions"}, a.Changed(b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := a.Changed(a); len(got) != 0 {
		t.Errorf("equal settings differ in %v", got)
	}
}

func TestParseSettingsRefuses(t *testing.T) {
	t.Parallel()
	if _, err := ParseSettings("x.yaml", []byte("a: b\n")); err == nil || !strings.Contains(err.Error(), "expected the ConfigMap argocd-cm") {
		t.Errorf("got %v", err)
	}
}

// TestSettingsPerKustomizeVersion: Argo CD reads these options and applies
// them to nothing.
func TestSettingsPerKustomizeVersion(t *testing.T) {
	t.Parallel()
	text := strings.Replace(settingsText, "kustomize.buildOptions:", "kustomize.buildOptions.v5.0.0:", 1)
	s, _ := settingsOf(t, map[string]string{"cm.yaml": text})
	if got := s.KustomizeBuildOptions(); len(got) != 0 {
		t.Errorf("options of one version are used for all: %v", got)
	}
}
