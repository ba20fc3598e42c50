package compare_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/compare"
)

var update = flag.Bool("update", false, "write the goldens")

// TestGolden compares the base and head of each testdata/*.txtar. Its last file
// is what came out, laid out for a person to read.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testGolden(t, file)
		})
	}
}

func testGolden(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.Files {
		parts[f.Name] = string(f.Data)
	}
	base, head := objects(t, parts["base.yaml"]), objects(t, parts["head.yaml"])
	result, err := compare.New([]byte("key"), compare.Options{}).Compare(base, head)
	if err != nil {
		t.Fatal(err)
	}
	got := layOut(result)
	if *update {
		kept := archive.Files[:0]
		for _, f := range archive.Files {
			if f.Name != "result" {
				kept = append(kept, f)
			}
		}
		archive.Files = append(kept, txtar.File{Name: "result", Data: []byte(got)})
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(parts["result"], got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// layOut writes a result as text: warnings, changes with their paths, and how
// many resources are unchanged.
func layOut(r compare.Result) string {
	var b strings.Builder
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s %s %s", c.Action, c.APIVersion, c.Kind)
		fmt.Fprintf(&b, " %s\n", strings.TrimPrefix(c.Namespace+"/"+c.Name, "/"))
		if c.Hook != "" {
			fmt.Fprintf(&b, "hook: %s\n", c.Hook)
		}
		for _, p := range c.Paths {
			fmt.Fprintf(&b, "%s %s: %q -> %q\n", p.Action, p.Path, p.From, p.To)
		}
		for _, s := range c.Summary {
			fmt.Fprintf(&b, "summary: %s\n", s)
		}
		if c.RenamedTo+c.RenamedFrom != "" {
			fmt.Fprintf(&b, "renamed to %q from %q\n", c.RenamedTo, c.RenamedFrom)
		}
		fmt.Fprintf(&b, "```diff\n%s\n```\n", c.Diff)
	}
	fmt.Fprintf(&b, "%d unchanged\n", r.Unchanged)
	return b.String()
}

// objects parses YAML documents.
func objects(t testing.TB, text string) []*unstructured.Unstructured {
	t.Helper()
	var list []*unstructured.Unstructured
	for document := range strings.SplitSeq(text, "---\n") {
		content := map[string]any{}
		if err := yaml.Unmarshal([]byte(document), &content); err != nil {
			t.Fatal(err)
		}
		if len(content) > 0 {
			list = append(list, &unstructured.Unstructured{Object: content})
		}
	}
	return list
}
