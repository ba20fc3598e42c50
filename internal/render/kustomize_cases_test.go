package render

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
)

var update = flag.Bool("update", false, "rewrite what testdata/kustomize expects, by the kustomize command")

// kustomizeCase is the comment of one archive below testdata/kustomize. The
// archive's files are the repository; "want" among them is what kustomize
// prints, and "error" is in its message.
type kustomizeCase struct {
	About     string           `json:"about"`
	Dir       string           `json:"dir"`
	Flags     string           `json:"flags"`
	Kustomize argocd.Kustomize `json:"kustomize"`
}

func readKustomizeCase(t *testing.T, path string) (kustomizeCase, *txtar.Archive) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c kustomizeCase
	if err := yaml.UnmarshalStrict(archive.Comment, &c); err != nil {
		t.Fatal(err)
	}
	return c, archive
}

// takeOut removes one of the archive's files and gives its text.
func takeOut(archive *txtar.Archive, name string) string {
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return ""
	}
	text := string(archive.Files[i].Data)
	archive.Files = slices.Delete(archive.Files, i, i+1)
	return text
}

// TestKustomizeCases renders each archive, holds the outcome against what the
// archive expects, and that against the kustomize command if there is one.
func TestKustomizeCases(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/kustomize/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d cases, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c, archive := readKustomizeCase(t, path)
			want, wantMessage := takeOut(archive, "want"), strings.TrimSpace(takeOut(archive, "error"))
			root := t.TempDir()
			if err := txtar.Write(archive, root); err != nil {
				t.Fatal(err)
			}
			if *update {
				want = rewriteCase(t, path, c, archive, wantMessage)
			}
			in := kustomizeInput(t, root, c.Dir, &c.Kustomize)
			got, err := buildKustomize(t, Options{KustomizeBuildOptions: []string{c.Flags}}, in)
			if wantMessage != "" {
				wantError(t, err, wantMessage)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// rewriteCase writes the archive with what the command prints.
func rewriteCase(t *testing.T, path string, c kustomizeCase, archive *txtar.Archive, message string) string {
	t.Helper()
	root := t.TempDir()
	if err := txtar.Write(archive, root); err != nil {
		t.Fatal(err)
	}
	want, err := printedByKustomize(t, kustomizeCLI(t), root, c)
	out := &txtar.Archive{Comment: archive.Comment, Files: slices.Clone(archive.Files)}
	if err == nil {
		out.Files = append(out.Files, txtar.File{Name: "want", Data: []byte(want)})
	} else {
		t.Logf("kustomize: %v", err)
		out.Files = append(out.Files, txtar.File{Name: "error", Data: []byte(message + "\n")})
	}
	if err := os.WriteFile(path, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
	return want
}
