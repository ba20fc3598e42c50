package render

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	helm, kustomize := &argocd.Helm{ReleaseName: "x"}, &argocd.Kustomize{NamePrefix: "x"}
	tests := map[string]struct {
		files    []string
		source   argocd.Source
		disabled []Type
		want     Type
		wantErr  string
	}{
		"nothing":                    {want: Directory},
		"chart":                      {files: []string{"Chart.yaml"}, want: Helm},
		"name that ends alike":       {files: []string{"old-Chart.yaml"}, want: Helm},
		"lower case":                 {files: []string{"chart.yaml"}, want: Directory},
		"nested only":                {files: []string{"a/Chart.yaml", "b/kustomization.yaml"}, want: Directory},
		"a directory of that name":   {files: []string{"Chart.yaml/x"}, want: Directory},
		"kustomization.yaml":         {files: []string{"kustomization.yaml"}, want: Kustomize},
		"kustomization.yml":          {files: []string{"kustomization.yml"}, want: Kustomize},
		"Kustomization":              {files: []string{"Kustomization"}, want: Kustomize},
		"both":                       {files: []string{"Chart.yaml", "kustomization.yaml"}, want: Kustomize},
		"both, other order":          {files: []string{"my-Chart.yaml", "kustomization.yaml"}, want: Helm},
		"helm disabled":              {files: []string{"Chart.yaml"}, disabled: []Type{Helm}, want: Directory},
		"kustomize disabled":         {files: []string{"Chart.yaml", "Kustomization"}, disabled: []Type{Kustomize}, want: Helm},
		"helm block":                 {source: argocd.Source{Helm: helm}, want: Helm},
		"helm block, kustomization":  {files: []string{"Kustomization"}, source: argocd.Source{Helm: helm}, want: Helm},
		"helm block, disabled":       {source: argocd.Source{Helm: helm}, disabled: []Type{Helm}, want: Directory},
		"kustomize block":            {source: argocd.Source{Kustomize: kustomize}, want: Kustomize},
		"directory block on a chart": {files: []string{"Chart.yaml"}, source: argocd.Source{Directory: &argocd.Directory{Recurse: true}}, want: Directory},
		"empty plugin block":         {source: argocd.Source{Plugin: &argocd.Plugin{}}, want: Plugin},
		"plugin can't be disabled":   {source: argocd.Source{Plugin: &argocd.Plugin{}}, disabled: []Type{Plugin}, want: Plugin},
		"empty helm block":           {source: argocd.Source{Helm: &argocd.Helm{}}, want: Directory},
		"two blocks": {
			source:  argocd.Source{Helm: helm, Kustomize: kustomize, Plugin: &argocd.Plugin{}},
			wantErr: "multiple application sources defined: Kustomize,Helm,Plugin",
		},
		"one of two is empty": {source: argocd.Source{Helm: helm, Kustomize: &argocd.Kustomize{}}, want: Helm},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, file := range tt.files {
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			in := testInput(t, dir, nil)
			in.Source = normalize(tt.source)
			got, err := New(Options{Disabled: tt.disabled}).detect(t.Context(), in)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// A plugin whose discover matches goes before the tools, and counts even if
// the directory is a chart.
func TestDetectPluginFirst(t *testing.T) {
	t.Parallel()
	dir := tree(t, "Chart.yaml", plainChart, "helmfile.yaml", "")
	plugin := argocd.PluginDefinition{Name: "helmfile", Discover: argocd.Discover{FileName: "helmfile.yaml"}}
	for name, want := range map[string]Type{"helmfile.yaml": Plugin, "other.yaml": Helm} {
		plugin.Discover.FileName = name
		r := New(Options{Plugins: []argocd.PluginDefinition{plugin}, Scratch: t.TempDir()})
		if got, err := r.detect(t.Context(), testInput(t, dir, nil)); err != nil || got != want {
			t.Errorf("discover.fileName %s gives %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   argocd.Source
		kept bool
	}{
		"helm":                      {argocd.Source{Helm: &argocd.Helm{}}, false},
		"helm, empty lists":         {argocd.Source{Helm: &argocd.Helm{ValueFiles: []string{}}}, false},
		"helm, empty valuesObject":  {argocd.Source{Helm: &argocd.Helm{ValuesObject: map[string]any{}}}, true},
		"helm, flag":                {argocd.Source{Helm: &argocd.Helm{SkipTests: true}}, true},
		"helm, namespace":           {argocd.Source{Helm: &argocd.Helm{Namespace: "x"}}, true},
		"kustomize":                 {argocd.Source{Kustomize: &argocd.Kustomize{}}, false},
		"kustomize, only force":     {argocd.Source{Kustomize: &argocd.Kustomize{ForceCommonLabels: true, LabelWithoutSelector: true}}, false},
		"kustomize, ignore missing": {argocd.Source{Kustomize: &argocd.Kustomize{IgnoreMissingComponents: true}}, true},
		"kustomize, labels":         {argocd.Source{Kustomize: &argocd.Kustomize{CommonLabels: map[string]string{"a": "b"}}}, true},
		"directory":                 {argocd.Source{Directory: &argocd.Directory{}}, false},
		"directory, exclude":        {argocd.Source{Directory: &argocd.Directory{Exclude: "x"}}, true},
		"directory, libs":           {argocd.Source{Directory: &argocd.Directory{Jsonnet: argocd.Jsonnet{Libs: []string{"x"}}}}, true},
		"plugin":                    {argocd.Source{Plugin: &argocd.Plugin{}}, true},
	}
	for name, tt := range tests {
		got := normalize(tt.in)
		kept := got.Helm != nil || got.Kustomize != nil || got.Directory != nil || got.Plugin != nil
		if kept != tt.kept {
			t.Errorf("%s: kept is %v, want %v", name, kept, tt.kept)
		}
	}
}
