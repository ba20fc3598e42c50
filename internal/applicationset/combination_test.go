package applicationset

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatrix(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		goTemplate bool
		generators string
		want       any
	}{
		"every pair, the first child's order outside": {
			generators: `[{list: {elements: [{a: "1"}, {a: "2"}]}}, {list: {elements: [{b: x}, {b: z}]}}]`,
			want:       sets{{"a": "1", "b": "x"}, {"a": "1", "b": "z"}, {"a": "2", "b": "x"}, {"a": "2", "b": "z"}},
		},
		"the second is filled in with the first": {
			generators: `[{list: {elements: [{a: "1"}, {a: "2"}]}}, {list: {elements: [{"k{{a}}": "v{{a}}-{{other}}"}]}}]`,
			want:       sets{{"a": "1", "k1": "v1-{{other}}"}, {"a": "2", "k2": "v2-{{other}}"}},
		},
		"elementsYaml from the first": {
			goTemplate: true,
			generators: `[{list: {elements: [{list: [{x: 1}, {x: 2}]}]}}, {list: {elementsYaml: "{{ .list | toJson }}"}}]`,
			want: sets{{"list": []any{map[string]any{"x": 1.0}, map[string]any{"x": 2.0}}, "x": 1.0},
				{"list": []any{map[string]any{"x": 1.0}, map[string]any{"x": 2.0}}, "x": 2.0}},
		},
		"plain: one key, two values": {
			generators: `[{list: {elements: [{a: "1"}]}}, {list: {elements: [{a: "2"}]}}]`,
			want:       `error: expected a to be the same in both generators, found "1" and "2"`,
		},
		"plain: one key, the same value": {
			generators: `[{list: {elements: [{a: "1"}]}}, {list: {elements: [{a: "1"}]}}]`, want: sets{{"a": "1"}},
		},
		"Go: the first wins, also with an empty text, deep": {
			goTemplate: true,
			generators: `[{list: {elements: [{m: {a: first, e: ""}, s: first}]}}, {list: {elements: [{m: {a: second, b: second, e: second}, s: second, x: second}]}}]`,
			want:       sets{{"m": map[string]any{"a": "first", "b": "second", "e": ""}, "s": "first", "x": "second"}},
		},
		"Go: maps of different types": {
			goTemplate: true,
			generators: `[{list: {elements: [{values: {a: 1}}]}}, {clusters: {values: {a: x}}}]`,
			want:       `error: expected maps of the same type in both generators: reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string`,
		},
		"values may wait for the second's own parameters": {
			goTemplate: true,
			generators: `[{list: {elements: [{a: "1"}]}}, {git: {repoURL: ` + own + `, directories: [{path: c}], values: {known: "{{.a}}", later: "{{.path.basename}}"}}}]`,
			want: sets{{"a": "1", "values": map[string]string{"known": "1", "later": "c"},
				"path": map[string]any{"path": "c", "basename": "c", "basenameNormalized": "c", "segments": []string{"c"}}}},
		},
		"a key that is missing elsewhere": {
			goTemplate: true,
			generators: `[{list: {elements: [{a: "1"}]}}, {list: {elements: [{b: "{{.none}}"}]}}]`,
			want:       `error: second generator: list: filling in the parameters of the first generator: executing the template "{{.none}}": template: base:1:2: executing "base" at <.none>: map has no entry for key "none"`,
		},
		"selectors of children count, and are not filled in": {
			generators: `[{list: {elements: [{a: "1"}, {a: "2"}]}, selector: {matchLabels: {a: "2"}}}, {list: {elements: [{b: x}, {b: "{{a}}"}]}, selector: {matchLabels: {b: "{{a}}"}}}]`,
			want:       sets{},
		},
		"a matrix in a matrix": {
			generators: `[{matrix: {generators: [{list: {elements: [{a: "1"}]}}, {list: {elements: [{b: "2"}]}}]}}, {list: {elements: [{c: "{{a}}{{b}}"}]}}]`,
			want:       sets{{"a": "1", "b": "2", "c": "12"}},
		},
		"no deeper": {
			generators: `[{matrix: {generators: [{matrix: {generators: [{list: {}}, {list: {}}]}}, {list: {elements: [{b: "2"}]}}]}}, {list: {}}]`,
			want:       "error: first generator: matrix: first generator: expected a generator, found none that is known or may be nested this deep",
		},
		"one child":       {generators: `[{list: {}}]`, want: "error: expected two generators, found 1"},
		"three":           {generators: `[{list: {}}, {list: {}}, {list: {}}]`, want: "error: expected two generators, found 3"},
		"an empty child":  {generators: `[{}, {list: {}}]`, want: "error: first generator: expected a generator, found none that is known or may be nested this deep"},
		"a double child":  {generators: `[{list: {}, clusters: {}}, {list: {}}]`, want: "error: first generator: expected one generator in an entry of a combination, found several"},
		"a service child": {generators: `[{list: {elements: [{a: b}]}}, {plugin: {}}]`, want: "error: second generator: plugin: plugin asks a service that argoplan does not; generator-parameters can hold what it would say"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := generate(t, test.goTemplate, `matrix: {generators: `+test.generators+`}`, over(repository(t)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		goTemplate bool
		merge      string
		want       any
	}{
		"later children override, others are dropped, the first one's order stays": {
			merge: `mergeKeys: [id], generators: [{list: {elements: [{id: "2", a: x}, {id: "1", a: x}]}}, {list: {elements: [{id: "1", a: z, b: z}, {id: "3"}]}}, {list: {elements: [{id: "1", b: last}]}}]`,
			want:  sets{{"id": "2", "a": "x"}, {"id": "1", "a": "z", "b": "last"}},
		},
		"plain: an empty text overrides": {
			merge: `mergeKeys: [id], generators: [{list: {elements: [{id: "1", a: x}]}}, {list: {elements: [{id: "1", a: ""}]}}]`,
			want:  sets{{"id": "1", "a": ""}},
		},
		"Go: so does it, and maps are merged": {
			goTemplate: true,
			merge:      `mergeKeys: [id], generators: [{list: {elements: [{id: 1, a: x, m: {p: 1, q: 1}}]}}, {list: {elements: [{id: 1, a: "", m: {q: 2}}]}}]`,
			want:       sets{{"id": 1.0, "a": "", "m": map[string]any{"p": 1.0, "q": 2.0}}},
		},
		"several keys": {
			merge: `mergeKeys: [a, b], generators: [{list: {elements: [{a: "1", b: "1"}, {a: "1", b: "2"}]}}, {list: {elements: [{a: "1", b: "2", c: x}]}}]`,
			want:  sets{{"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "x"}},
		},
		"a key that isn't there is a value, too": {
			merge: `mergeKeys: [id], generators: [{list: {elements: [{a: x}]}}, {list: {elements: [{b: z}]}}]`,
			want:  sets{{"a": "x", "b": "z"}},
		},
		"no keys": {
			merge: `generators: [{list: {elements: [{a: x}]}}, {list: {}}]`, want: "error: expected mergeKeys, found none",
		},
		"keys that don't tell sets apart": {
			merge: `mergeKeys: [id], generators: [{list: {elements: [{id: "1"}, {id: "1"}]}}, {list: {}}]`,
			want:  `error: expected mergeKeys that tell each generator's parameters apart, found {"id":"1"} twice`,
		},
		"in a later child": {
			merge: `mergeKeys: [id], generators: [{list: {elements: [{id: "1"}]}}, {list: {elements: [{id: "2"}, {id: "2"}]}}]`,
			want:  `error: expected mergeKeys that tell each generator's parameters apart, found {"id":"2"} twice`,
		},
		"one child": {merge: `mergeKeys: [id], generators: [{list: {}}]`, want: "error: expected two or more generators, found 1"},
		"a matrix inside": {
			merge: `mergeKeys: [a], generators: [{matrix: {generators: [{list: {elements: [{a: "1"}, {a: "2"}]}}, {list: {elements: [{b: x}]}}]}}, {list: {elements: [{a: "2", b: z}]}}]`,
			want:  sets{{"a": "1", "b": "x"}, {"a": "2", "b": "z"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, generate(t, test.goTemplate, `merge: {`+test.merge+`}`, Options{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInputsOfBothChildrenAreKept(t *testing.T) {
	t.Parallel()
	o := over(repository(t))
	o.Clusters = append(o.Clusters, cluster("berlin", "edge"))
	got := expand(t, `{goTemplate: true, generators: [{matrix: {generators: [{clusters: {selector: {matchLabels: {tier: edge}}}}, {git: {repoURL: `+own+`, directories: [{path: c}]}}]}}]}`, o)
	if got.Err != nil || len(got.Applications) != 1 {
		t.Fatalf("%+v", got)
	}
	if diff := cmp.Diff([]string{"c/", "clusters/berlin.yaml"}, got.Applications[0].GeneratorInputs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
