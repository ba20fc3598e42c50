package plainyaml

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// same fails if the fast way reads a text as something else than the library.
func same(t *testing.T, text string) (isPlain bool) {
	t.Helper()
	got, ok := plain(text)
	if !ok {
		return false
	}
	var want map[string]any
	if err := yaml.Unmarshal([]byte(text), &want); err != nil {
		t.Errorf("read as plain, and the library refuses it: %v\n%q", err, text)
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read as something else (-library +plain):\n%s\n%q", diff, text)
	}
	return true
}

const application = `# an Application
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  finalizers:
  - resources-finalizer.argocd.argoproj.io
  labels: {}
spec:
  destination:
    server: https://kubernetes.default.svc

  sources:
    - repoURL: 'https://charts.example.com'
      targetRevision: 1.2.3
      helm:
        valueFiles:
          - ../../env/shop.yaml
          - $values/env/shop.yaml
          - "$values/a b.yaml"
    - repoURL: git@github.com:example/values.git
      ref: values
  revisionHistoryLimit: 3
  syncPolicy:
    automated:
      prune: true
    syncOptions: []
  info:
    - text: |
        a: b

        # no comment
          c
    - text: |-
        d
      list: [a, "b c", 1, 'd']
    - {a: b@c, c: 1, d: "e f"}
`

func TestPlainIsRead(t *testing.T) {
	t.Parallel()
	if !same(t, application) {
		t.Errorf("not read as plain:\n%s", application)
	}
}

// TestOthersAreLeft has texts that look plain and mean something else, or
// nothing.
func TestOthersAreLeft(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "# nothing", "text", "- a\n- b", "a:", "a:\nb: c", "a: b\na: c", "a: |\n  b", "a: |\n\n  b\n", "a: |+\n  b\n", "a: |2\n   b\n", "a: |\nb: c\n", "a: |\n  b\n   \n  c\n", "a: |\n   b\n  c\n", "a: |\n  # b\n  c\n", "a: >-\n  b", "a: b\n  c", "a: b\n  - c", "a:\n- b\n  - c",
		"a:\n  - b\n - c", "a:\n  b: c\n d: e", "a: b # c", "a: b: c", "a: b:", "a:b", "a:b: c", "a: &x b", "a: *x", "a: !!str 1", "a: {b: {c: d}}", "a: [b: c]", "a: [b:c]", "a: {b: c", "a: [b,]", "a: [,b]", "a: {b}", "a: {b: }", "a: [b c, 'd,e']", "a: {b: c, b: d}", "a: [b]c", "a: []]", "a: [~]", "a: [@b]", "a: [a #b]",
		"a: 010", "a: 0x10", "a: 1.5", "a: 1_000", "a: 2001-01-01", "a: 12345678901234567890", "a: -1", "a: .5", "a: ..", "a: ~", "a: null", "a: yes",
		"yes: b", "Null: b", "1: b", "a: 'it''s'", `a: "\x41"`, `a: "b" c`, "a: \"b\nc\"", "a: b\t", "a:\tb", "\ta: b", "a: b\r\n", "a: é", "\ufeffa: b",
		"---\na: b", "a: b\n---\nc: d", "a: b\n...\n", "%YAML 1.1\n---\na: b", "? a\n: b", "<<: b", "a: @b", "a: `b`", "a: %b", "- - a", "a:\n-\n  b: c",
		"a:\n- b: c\n   d: e", "a:\n- b\nc", "a: - b", "a:  b  c", "  a: b", "a: on", "a: No", "a: " + strings.Repeat("b", 1100),
	} {
		if same(t, text) {
			t.Errorf("read as plain: %q", text)
		}
	}
}

// TestRealFiles reads every YAML file of the repositories that the tests have.
func TestRealFiles(t *testing.T) {
	t.Parallel()
	read, all := 0, 0
	err := filepath.WalkDir("../../testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, doc := range strings.Split(string(data), "---\n") {
			all++
			if same(t, doc) {
				read++
			}
		}
		return nil
	})
	if err != nil || read == 0 {
		t.Errorf("%d of %d documents are plain: %v", read, all, err)
	}
	t.Logf("%d of %d documents are plain", read, all)
}

func FuzzPlain(f *testing.F) {
	f.Add(application)
	f.Add("a:\n- b: c\n  d:\n  - 1\n  - 1.2.3\n- 'x'\ne: {}\n")
	f.Add("a: [b, 'c d']\nb: {c: d}\nc: |-\n  d\n    e\n\n  f\ng: |\n  h\n")
	f.Add("resources:\n  - ../../base\nimages:\n- name: a/b\n  newTag: v1\n")
	f.Fuzz(func(t *testing.T, text string) { same(t, text) })
}
