package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestBuildEnv(t *testing.T) {
	t.Parallel()
	got := buildEnv(Input{
		AppName: "team_shop", Namespace: "prod", Project: "default", Revision: "0123456789",
		Source: argocd.Source{RepoURL: "https://x.example.com/y.git", Path: "a/b", TargetRevision: "main"},
	})
	want := []string{
		"ARGOCD_APP_NAME=team_shop",
		"ARGOCD_APP_NAMESPACE=prod",
		"ARGOCD_APP_PROJECT_NAME=default",
		"ARGOCD_APP_REVISION=0123456789",
		"ARGOCD_APP_REVISION_SHORT=0123456",
		"ARGOCD_APP_REVISION_SHORT_8=01234567",
		"ARGOCD_APP_SOURCE_REPO_URL=https://x.example.com/y.git",
		"ARGOCD_APP_SOURCE_PATH=a/b",
		"ARGOCD_APP_SOURCE_TARGET_REVISION=main",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := buildEnv(Input{Revision: "1.0"}); got[4] != "ARGOCD_APP_REVISION_SHORT=1.0" {
		t.Errorf("a short revision gives %q", got[4])
	}
}

func TestSubstitute(t *testing.T) {
	t.Setenv("ARGOPLAN_TEST_SECRET", "hunter2")
	env := []string{"NAME=shop", "EMPTY=", "NAME=late"}
	for in, want := range map[string]string{
		"plain":                          "plain",
		"$NAME":                          "late",
		"${NAME}-x":                      "late-x",
		"$NAMEX":                         "",
		"[$EMPTY]":                       "[]",
		"$ARGOPLAN_TEST_SECRET":          "",
		"$$NAME":                         "$NAME",
		"$2y$10$abc":                     "y0",
		"$$2y$$10$$abc":                  "$2y$10$abc",
		"values-${NAME}/$UNKNOWN/x.yaml": "values-late//x.yaml",
	} {
		if got := substitute(env, in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestParseKubeVersion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "1.34": "1.34", "v1.34.2": "1.34.2", "1.29.3-gke.100": "1.29.3", "v1.29.3+k3s1": "1.29.3",
	} {
		if got, err := parseKubeVersion(in); err != nil || got != want {
			t.Errorf("%q becomes %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"1", "latest", "v", "1.x"} {
		_, err := parseKubeVersion(in)
		wantError(t, err, "could not parse kubernetes version \""+in+"\"")
	}
}
