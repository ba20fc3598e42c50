package render

import (
	"math"
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/standin"
)

// TestEncodeOutput takes objects through the cache's spelling and back.
func TestEncodeOutput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value any
		kept  bool
	}{
		"null": {nil, true}, "a boolean": {true, true}, "an integer": {int64(-3), true}, "a large integer": {int64(math.MaxInt64), true},
		"a whole float": {1.0, true}, "a negative zero": {math.Copysign(0, -1), true}, "a float": {0.1, true}, "a large float": {1e300, true}, "a small float": {1e-300, true},
		"a text": {"<é\u2028\x00\"\\", true}, "a list": {[]any{int64(1), 1.5, "x", nil}, true}, "an empty list": {[]any{}, true}, "no list": {[]any(nil), false},
		"a map": {map[string]any{"b": int64(1), "a": map[string]any{}}, true}, "no map": {map[string]any(nil), false},
		"no UTF-8": {"\xff", false}, "not a number": {math.NaN(), false}, "infinite": {math.Inf(1), false}, "another integer": {1, false},
	} {
		made := Output{Tool: "Helm", Objects: []*unstructured.Unstructured{{Object: map[string]any{"kind": "A", "value": test.value}}}}
		data, ok := encodeOutput(made)
		if ok != test.kept {
			t.Errorf("%s: kept is %t, want %t", name, ok, test.kept)
		}
		if !ok {
			continue
		}
		if again, err := decodeOutput(data); err != nil || !reflect.DeepEqual(again.Objects, made.Objects) {
			t.Errorf("%s: %v, %v", name, again, err)
		}
	}
	for _, text := range []string{"", "{", "null x", `{"objects":[null]}`, `{"objects":[1]}`, `{"objects":["a"]}`, `[]`} {
		if made, err := decodeOutput([]byte(text)); err == nil {
			t.Errorf("%q gives %v", text, made)
		}
	}
}

// TestCacheKey changes every part of the input, and of the options that shape a
// render.
func TestCacheKey(t *testing.T) {
	t.Parallel()
	plain := Input{
		Root: "/root", Dir: "/root/chart", Files: "digest", AppName: "a", Namespace: "n", Project: "p", Revision: "abc", KubeVersion: "1.30",
		Source: argocd.Source{RepoURL: "https://x", Helm: &argocd.Helm{Parameters: []argocd.HelmParameter{{Name: "x", Value: "y"}}}},
	}
	key := func(change func(in *Input, o *Options)) [32]byte {
		in, o := plain, Options{Build: "b"}
		helm := *plain.Source.Helm
		in.Source.Helm = &helm
		if change != nil {
			change(&in, &o)
		}
		k, err := New(o).cacheKey(Helm, in)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key(nil)
	seen := map[[32]byte]string{before: "nothing"}
	for name, change := range map[string]func(in *Input, o *Options){
		"dir": func(in *Input, _ *Options) { in.Dir = "/root/other" }, "files": func(in *Input, _ *Options) { in.Files = "other" },
		"name": func(in *Input, _ *Options) { in.AppName = "b" }, "namespace": func(in *Input, _ *Options) { in.Namespace = "m" },
		"project": func(in *Input, _ *Options) { in.Project = "q" }, "kube": func(in *Input, _ *Options) { in.KubeVersion = "1.31" },
		"apis": func(in *Input, _ *Options) { in.APIVersions = []string{"a/v1"} }, "multi": func(in *Input, _ *Options) { in.Multi = true },
		"ref": func(in *Input, _ *Options) { in.Refs = map[string]string{"$v": "/x"} }, "unusable ref": func(in *Input, _ *Options) { in.Refs = map[string]string{"$v": ""} },
		"source": func(in *Input, _ *Options) { in.Source.TargetRevision = "x" }, "parameter": func(in *Input, _ *Options) { in.Source.Helm.ReleaseName = "x" },
		"version": func(in *Input, _ *Options) { in.version, _ = argocd.ParseVersion("3.5") },
		"build":   func(_ *Input, o *Options) { o.Build = "c" }, "schemes": func(_ *Input, o *Options) { o.ValueFileSchemes = []string{} },
		"flags": func(_ *Input, o *Options) { o.KustomizeBuildOptions = []string{"--x"} }, "disabled": func(_ *Input, o *Options) { o.Disabled = []Type{Kustomize} },
		"size": func(_ *Input, o *Options) { o.MaxDirectorySize = 1 }, "stand-ins": func(_ *Input, o *Options) { o.StandIns = standin.Set{"sops": "sops"} },
		"repositories": func(_ *Input, o *Options) { o.HelmRepositories = map[string]string{"a": "b"} },
		"empty values": func(in *Input, _ *Options) { in.Source.Helm.ValuesObject = map[string]any{} },
		"revision that shows": func(in *Input, _ *Options) {
			in.Source.Helm.Parameters = []argocd.HelmParameter{{Name: "x", Value: "${ARGOCD_APP_REVISION_SHORT}"}}
		},
		"another revision that shows": func(in *Input, _ *Options) {
			in.Revision, in.Source.Helm.Parameters = "def", []argocd.HelmParameter{{Name: "x", Value: "${ARGOCD_APP_REVISION_SHORT}"}}
		},
	} {
		k := key(change)
		if other, known := seen[k]; known {
			t.Errorf("%s has the key of %s", name, other)
		}
		seen[k] = name
	}
	for name, change := range map[string]func(in *Input, o *Options){
		"the place of the tree": func(in *Input, _ *Options) { in.Root, in.Dir = "/other", "/other/chart" },
		"a revision unseen":     func(in *Input, _ *Options) { in.Revision = "def" },
	} {
		if key(change) != before {
			t.Errorf("%s changes the key", name)
		}
	}
}
