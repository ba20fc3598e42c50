package plainyaml

import (
	"math"
	"strings"
	"testing"
)

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
	for _, text := range []string{application, strings.TrimSuffix(application, "\n"), "a: b", "a: |\n  b", "a: |+\n  b", "a: |-\n  b\nc: d"} {
		agree(t, text)
	}
	if _, ok := Read(application); !ok {
		t.Errorf("not read as plain:\n%s", application)
	}
}

// TestOddTexts has texts that look plain and mean something else, or nothing.
func TestOddTexts(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "# nothing", "text", "- a\n- b", "a:", "a:\nb: c", "a: b\na: c", "a: |\n  b", "a: |\n\n  b\n", "a: |+\n  b\n", "a: |2\n   b\n", "a: |\nb: c\n", "a: |\n  b\n   \n  c\n", "a: |\n   b\n  c\n", "a: |\n  # b\n  c\n", "a: >-\n  b", "a: b\n  c", "a: b\n  - c", "a:\n- b\n  - c",
		"a:\n  - b\n - c", "a:\n  b: c\n d: e", "a: b # c", "a: b: c", "a: b:", "a:b", "a:b: c", "a: &x b", "a: *x", "a: !!str 1", "a: {b: {c: d}}", "a: [b: c]", "a: [b:c]", "a: {b: c", "a: [b,]", "a: [,b]", "a: {b}", "a: {b: }", "a: [b c, 'd,e']", "a: {b: c, b: d}", "a: [b]c", "a: []]", "a: [~]", "a: [@b]", "a: [a #b]",
		"a: 010", "a: 0x10", "a: 1.5", "a: 1_000", "a: 2001-01-01", "a: 12345678901234567890", "a: -1", "a: .5", "a: ..", "a: ~", "a: null", "a: yes",
		"yes: b", "Null: b", "1: b", "a: 'it''s'", `a: "\x41"`, `a: "b" c`, "a: \"b\nc\"", "a: b\t", "a:\tb", "\ta: b", "a: b\r\n", "a: é", "\ufeffa: b",
		"---\na: b", "a: b\n---\nc: d", "a: b\n...\n", "%YAML 1.1\n---\na: b", "? a\n: b", "<<: b", "a: @b", "a: `b`", "a: %b", "- - a", "a:\n-\n  b: c",
		"a:\n- b: c\n   d: e", "a:\n- b\nc", "a: - b", "a:  b  c", "  a: b", "a: on", "a: No", "a: " + strings.Repeat("b", 1100),
	} {
		agree(t, text)
		agree(t, text+"\n")
	}
}

// TestOddNumbers leaves to the library what JSON writes in another way.
func TestOddNumbers(t *testing.T) {
	t.Parallel()
	for _, value := range []any{math.NaN(), math.Inf(1), 1e21, 2.0, uint64(1), "\x00", "\ufeff", "\xff"} {
		if text, ok := Append(nil, map[string]any{"a": value}); ok {
			t.Errorf("%v is written as %q", value, text)
		}
	}
}
