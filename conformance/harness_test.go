package conformance

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func objects(values ...map[string]any) []*unstructured.Unstructured {
	var list []*unstructured.Unstructured
	for _, v := range values {
		list = append(list, &unstructured.Unstructured{Object: v})
	}
	return list
}

func configMap(name, value string) map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": name}, "data": map[string]any{"a": value}}
}

// A harness that finds everything equal would prove nothing.
func TestDifference(t *testing.T) {
	t.Parallel()
	one, two := configMap("one", "x"), configMap("two", "x")
	failed := errors.New("values file glob \"a*\" matched no files")
	tests := map[string]struct {
		want, got Result
		says      string // "" is no difference
	}{
		"equal":        {Result{Objects: objects(one, two)}, Result{Objects: objects(one, two)}, ""},
		"value":        {Result{Objects: objects(one)}, Result{Objects: objects(configMap("one", "y"))}, "object 0"},
		"order":        {Result{Objects: objects(one, two)}, Result{Objects: objects(two, one)}, "object 0"},
		"missing":      {Result{Objects: objects(one, two)}, Result{Objects: objects(one)}, "objects (-Argo CD +argoplan)"},
		"more":         {Result{Objects: objects(one)}, Result{Objects: objects(one, one)}, "objects (-Argo CD +argoplan)"},
		"argocd fails": {Result{Err: failed}, Result{Objects: objects(one)}, "Argo CD fails"},
		"we fail":      {Result{Objects: objects(one)}, Result{Err: failed}, "argoplan fails"},
		"same reason":  {Result{Err: failed}, Result{Err: failed}, ""},
		"other reason": {Result{Err: failed}, Result{Err: errors.New("it is broken")}, "without a word of"},
		"no reason":    {Result{Err: errors.New("out of luck")}, Result{Err: failed}, "no reason is known"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Difference(tt.want, tt.got)
			if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
				t.Errorf("got %q, want %q in it", got, tt.says)
			}
		})
	}
}

func TestHideRandom(t *testing.T) {
	t.Parallel()
	first, second, other := objects(configMap("a", "x1")), objects(configMap("a", "x2")), objects(configMap("b", "x3"))
	hideRandom(first, second, other)
	if got := Difference(Result{Objects: first}, Result{Objects: other}); !strings.Contains(got, `"b"`) || strings.Contains(got, "x3") {
		t.Errorf("got %s", got)
	}
}

func TestBuiltinScopes(t *testing.T) {
	t.Parallel()
	for gk, want := range map[schema.GroupKind]bool{
		{Kind: "Pod"}:                       true,
		{Kind: "Namespace"}:                 false,
		{Group: "apps", Kind: "Deployment"}: true,
		{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}:         false,
		{Group: "rbac.authorization.k8s.io", Kind: "Role"}:                true,
		{Group: "example.com", Kind: "NeverHeardOf"}:                      true,
		{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: false,
	} {
		if got, _ := scopesOf(nil).IsNamespaced(gk); got != want {
			t.Errorf("%s: namespaced is %t, want %t", gk, got, want)
		}
	}
	if len(builtin()) < 60 {
		t.Errorf("only %d kinds were found in client-go", len(builtin()))
	}
}

func TestReadKnown(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"no reason": "- {case: a/b, link: x}", "bad pattern": "- {case: '[', reason: x, link: x}", "other field": "- {case: a, reason: x, link: x, more: y}",
	} {
		file := filepath.Join(t.TempDir(), "known.yaml")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readKnown(file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	list, err := readKnown("known.yaml")
	if err != nil || len(list) > 5 {
		t.Errorf("known.yaml: %d entries, %v; at most 5 differences are to stay", len(list), err)
	}
}

// TestReasons holds that every pattern can be compiled.
func TestReasons(t *testing.T) {
	t.Parallel()
	for _, r := range reasons {
		for _, pattern := range []string{r.argocd, r.argoplan} {
			if _, err := regexp.Compile(pattern); err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
		}
	}
}
