package render

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// inUTF16 encodes s with a byte order mark.
func inUTF16(s string, order binary.AppendByteOrder) string {
	var out []byte
	for _, unit := range append([]uint16{0xfeff}, utf16.Encode([]rune(s))...) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestDirectoryParse(t *testing.T) {
	t.Parallel()
	const one = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}`
	tests := map[string]struct {
		file, text string
		want       []string
	}{
		"one document":                       {"x.yaml", config("a"), []string{"a"}},
		"several documents keep their order": {"x.yaml", config("b") + "---\n" + config("a"), []string{"b", "a"}},
		"empty and null documents":           {"x.yaml", "---\n# x\n---\nnull\n---\n" + config("a") + "---\n", []string{"a"}},
		"an empty file":                      {"x.yaml", "", []string{}},
		"Windows line ends":                  {"x.yaml", strings.ReplaceAll(config("a")+"---\n"+config("b"), "\n", "\r\n"), []string{"a", "b"}},
		"UTF-8 with a byte order mark":       {"x.yaml", "\ufeff" + config("a"), []string{"a"}},
		"UTF-16, little end first":           {"x.yaml", inUTF16(config("a"), binary.LittleEndian), []string{"a"}},
		"UTF-16, big end first":              {"x.yaml", inUTF16(config("a"), binary.BigEndian), []string{"a"}},
		"JSON in UTF-16":                     {"x.json", inUTF16(one, binary.LittleEndian), []string{"a"}},
		"the marker in UTF-16":               {"x.yaml", inUTF16(config("a")+"# "+skipMarker, binary.LittleEndian), []string{}},
		"one object in JSON":                 {"x.json", one, []string{"a"}},
		"space around it":                    {"x.json", "\n " + one + "\n\n", []string{"a"}},
		"JSON in a YAML file":                {"x.yaml", one, []string{"a"}},
		"a JSON stream in a YAML file":       {"x.yaml", one + "\n" + one, []string{"a", "a"}},
		"a kustomization with a kind":        {"kustomization.yaml", "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nmetadata: {name: k}\n", []string{"k"}},
		"an object without apiVersion":       {"x.yaml", "kind: A\nmetadata: {name: a}\n", []string{"a"}},
		"values are ignored":                 {"values.yaml", "image: x\nreplicas: 2\n", []string{}},
		"a chart's template is ignored":      {"x.yaml", "{{- if .Values.on }}\nkind: A\nmetadata: {name: {{ .Values.name }}}\n{{- end }}\n", []string{}},
		"a list of things is ignored":        {"x.yaml", "- a\n- b\n", []string{}},
		"a word is ignored":                  {"x.yaml", "hello\n", []string{}},
		"bad syntax is ignored":              {"x.yaml", "a: [1\n", []string{}},
		"bad syntax with two of the words":   {"x.yaml", "apiVersion: v1\nkind: A\na: [1\n", []string{}},
		"tabs":                               {"x.yaml", "a:\n\t- b\n", []string{}},
		"a NUL byte":                         {"x.yaml", "a: \x00\n", []string{}},
		"bytes that are no UTF-8":            {"x.yaml", config("a") + "data: {x: \"\xff\xfe\"}\n", []string{"a"}},
		"duplicate keys, the last one wins":  {"x.yaml", config("b") + "metadata: {name: a}\n", []string{"a"}},
		"an unmatched bracket behind JSON":   {"x.json", one + "]", []string{"a"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rendered(t, New(Options{}), plain(t, tree(t, tt.file, tt.text), argocd.Directory{}))
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestDirectoryParseErrors(t *testing.T) {
	t.Parallel()
	const one = `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"x": "hunter2"}}`
	tests := map[string]struct{ file, text, want string }{
		"bad after a good document":        {"x.yaml", config("a") + "---\na: [1\n", "document 2"},
		"bad after one, without the words": {"x.yaml", "kind: A\n---\na: [1\n", "document 2"},
		"no kind after a good document":    {"x.yaml", config("a") + "---\ndata: {x: hunter2}\n", "document 2: the object has no kind"},
		"a list after a good document":     {"x.yaml", config("a") + "---\n- a\n", "expected an object, found a list"},
		"bad, with the three words":        {"x.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a\nx: hunter2\n", "document 1"},
		"no kind before a good one":        {"x.yaml", "a: 1\n---\n" + config("a"), "document 1: the object has no kind"},
		"the words in any order":           {"x.yaml", "# metadata: kind: apiVersion:\n- hunter2\n", "expected an object, found a list"},
		"a template with the three words":  {"x.yaml", "{{ if }}\napiVersion: v1\nkind: A\nmetadata: {}\n", "document 1"},
		"junk behind a separator":          {"x.yaml", config("a") + "---foo\n" + config("b"), "invalid Yaml document separator: foo"},
		"two objects in JSON":              {"x.json", one + "\n" + one, "found multiple objects"},
		"an array in JSON":                 {"x.json", "[" + one + "]", "expected an object, found a list"},
		"broken JSON":                      {"x.json", `{"kind": "A",}`, "invalid character"},
		"an empty JSON file":               {"x.json", "", "the file is empty"},
		"null in JSON":                     {"x.json", "null", "expected an object, found null"},
		"JSON without a kind":              {"package.json", `{"name": "hunter2", "version": "1"}`, "the object has no kind"},
		"YAML in a JSON file":              {"x.json", config("a"), "invalid character"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rendered(t, New(Options{}), plain(t, tree(t, "0.yaml", config("0"), tt.file, tt.text), argocd.Directory{}))
			wantError(t, err, tt.file+": reading ", tt.want)
			if fault.FileOf(err) != tt.file || fault.HintOf(err) == "" {
				t.Errorf("file %q, hint %q", fault.FileOf(err), fault.HintOf(err))
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a value: %v", err)
			}
		})
	}
}

// The facts of the decoder that Argo CD shares with Kubernetes.
func TestDirectoryDecoding(t *testing.T) {
	t.Parallel()
	const text = `apiVersion: v1
kind: A
metadata: {name: a}
base: &base {x: 1, z: 1}
merged: {<<: *base, z: 2}
boolean: yes
y: 1
octal: 010
huge: 92233720368547758080
whole: 9007199254740993
binary: !!binary aGVsbG8=
`
	objects, _, err := New(Options{}).directory(t.Context(), plain(t, tree(t, "a.yaml", text), argocd.Directory{}))
	if err != nil {
		t.Fatal(err)
	}
	got := objects[0].Object
	delete(got, "apiVersion")
	delete(got, "kind")
	delete(got, "metadata")
	want := map[string]any{
		"base": map[string]any{"x": int64(1), "z": int64(1)}, "merged": map[string]any{"x": int64(1), "z": int64(2)},
		"boolean": true, "true": int64(1), "octal": int64(8), "huge": 92233720368547758080.0, "whole": int64(9007199254740993),
		"binary": "hello",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		out, _ := yaml.Marshal(got)
		t.Errorf("%s\n%s", diff, out)
	}
}

// What is made to take all memory or time ends soon.
func TestDirectoryBombs(t *testing.T) {
	t.Parallel()
	laughs := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 10; i++ {
		old, name := string(rune('0'+i-1)), string(rune('0'+i))
		laughs += "a" + name + ": &a" + name + " [" + strings.TrimSuffix(strings.Repeat("*a"+old+",", 9), ",") + "]\n"
	}
	tests := map[string]struct{ text, fails string }{
		"billion laughs":        {config("a") + laughs, "excessive aliasing"},
		"laughs without a kind": {laughs, ""},
		"many merge keys":       {config("a") + laughs + "m:\n  <<: *a9\n", "a.yaml: reading manifests"},
		"deeply nested":         {config("a") + "x: " + strings.Repeat("[", 20_000), "exceeded max depth"},
		"many empty ones":       {strings.Repeat("---\n", 100_000) + config("a"), ""},
		"many null objects":     {strings.Repeat("~\n---\n", 20_000) + config("a"), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			started := time.Now()
			_, err := rendered(t, New(Options{}), plain(t, tree(t, "a.yaml", tt.text), argocd.Directory{}))
			if tt.fails == "" && err != nil {
				t.Error(err)
			}
			if tt.fails != "" {
				wantError(t, err, tt.fails)
			}
			if took := time.Since(started); took > 2*time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// A tool that is turned off leaves a directory whose YAML files are read.
func TestDirectoryOfDisabledTool(t *testing.T) {
	t.Parallel()
	in := testInput(t, tree(t, "kustomization.yaml", "resources: [a.yaml]\n", "a.yaml", config("a")), nil)
	in.Source.Kustomize = &argocd.Kustomize{NamePrefix: "x-"}
	out, err := New(Options{Disabled: []Type{Kustomize}}).Render(t.Context(), in)
	if err != nil || out.Type != Directory || out.Tool != "" || len(out.Objects) != 1 || out.Objects[0].GetName() != "a" {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestDirectoryMissing(t *testing.T) {
	t.Parallel()
	in := plain(t, tree(t, "a.yaml", config("a")), argocd.Directory{Recurse: true})
	in.Dir = filepath.Join(in.Root, "gone")
	_, err := rendered(t, New(Options{}), in)
	wantError(t, err, "finding manifests: ", "no such file")
}
