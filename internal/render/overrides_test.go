package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestMergeOverrides(t *testing.T) {
	t.Parallel()
	base := argocd.Source{
		RepoURL: "https://x.example.com/r", Path: "a", TargetRevision: "main",
		Helm: &argocd.Helm{ReleaseName: "r", ValueFiles: []string{"a.yaml", "b.yaml"}, ValuesObject: map[string]any{"a": "1", "b": "2"}},
	}
	with := func(change func(*argocd.Source)) argocd.Source {
		s := base
		helm := *base.Helm
		s.Helm = &helm
		change(&s)
		return s
	}
	tests := map[string]struct {
		files []string
		want  argocd.Source
	}{
		"none":        {nil, base},
		"other app's": {[]string{".argocd-source-other.yaml", "helm: {releaseName: x}"}, base},
		"general": {
			[]string{".argocd-source.yaml", "helm: {releaseName: x}"},
			with(func(s *argocd.Source) { s.Helm.ReleaseName = "x" }),
		},
		"the app's wins": {
			[]string{".argocd-source.yaml", "helm: {releaseName: x, skipTests: true}", ".argocd-source-team_shop.yaml", "helm: {releaseName: mine}"},
			with(func(s *argocd.Source) { s.Helm.ReleaseName, s.Helm.SkipTests = "mine", true }),
		},
		"null clears nothing": {[]string{".argocd-source.yaml", "helm: {releaseName: null, valuesObject: null}"}, base},
		"lists are replaced": {
			[]string{".argocd-source.yaml", "helm: {valueFiles: [c.yaml]}"},
			with(func(s *argocd.Source) { s.Helm.ValueFiles = []string{"c.yaml"} }),
		},
		"valuesObject is merged as text": {
			[]string{".argocd-source.yaml", "helm: {valuesObject: {a: null, c: '3'}}"},
			with(func(s *argocd.Source) { s.Helm.ValuesObject = map[string]any{"b": "2", "c": "3"} }),
		},
		"the source stays": {[]string{".argocd-source.yaml", "repoURL: x\npath: elsewhere\ntargetRevision: z\nchart: c\nunknown: true"}, base},
		"another tool": {
			[]string{".argocd-source.yaml", "kustomize: {namePrefix: x-}"},
			with(func(s *argocd.Source) { s.Kustomize = &argocd.Kustomize{NamePrefix: "x-"} }),
		},
		"a directory": {[]string{".argocd-source.yaml/x", "helm: {releaseName: x}"}, base},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := mergeOverrides(base, tree(t, tt.files...), "team_shop")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Map entries only accumulate, and the Application that was given stays as it
// is.
func TestMergeOverridesSharesNothing(t *testing.T) {
	t.Parallel()
	annotations := map[string]string{"a": "1", "b": "2"}
	in := argocd.Source{Kustomize: &argocd.Kustomize{CommonAnnotations: annotations, Images: []string{"a", "b"}}}
	dir := tree(t, ".argocd-source.yaml", "kustomize: {commonAnnotations: {a: null, c: '3'}, images: [x]}")
	got, err := mergeOverrides(in, dir, "shop")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "2", "c": "3"}, got.Kustomize.CommonAnnotations); diff != "" {
		t.Error(diff)
	}
	if len(annotations) != 2 || in.Kustomize.Images[0] != "a" {
		t.Errorf("the given source changed: %v %v", annotations, in.Kustomize.Images)
	}
}

func TestMergeOverridesErrors(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"not yaml": "a: [", "wrong type": "helm: {skipTests: [1]}", "a list": "- x", "empty": "", "only a comment": "# x"} {
		dir := tree(t, ".argocd-source.yaml", content)
		_, err := mergeOverrides(argocd.Source{}, dir, "shop")
		wantError(t, err, ".argocd-source.yaml: reading source parameters: ")
		if strings.Contains(err.Error(), dir) {
			t.Errorf("%s: the error names a private directory: %v", name, err)
		}
	}
}

// The source's own repository is always checked out, whoever names its ref.
func TestCheckedOut(t *testing.T) {
	t.Parallel()
	helm := func(ref string) argocd.Source {
		return argocd.Source{Helm: &argocd.Helm{ValueFiles: []string{ref + "/v.yaml"}}}
	}
	in := Input{Root: "/own", Refs: map[string]string{"$own": "/own", "$other": "/other"}, Source: helm("$other")}
	for ref, want := range map[string]string{"$own": "/own", "$other": "/other"} {
		if got := checkedOut(in, helm(ref))[ref]; got != want {
			t.Errorf("%s leads to %q, want %q", ref, got, want)
		}
	}
	in.Source = argocd.Source{}
	if got := checkedOut(in, helm("$other"))["$other"]; got != "" {
		t.Errorf("a ref that only an override file names leads to %q", got)
	}
}
