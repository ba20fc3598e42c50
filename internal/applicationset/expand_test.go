package applicationset

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestExpandKeepsOrderAndPlace(t *testing.T) {
	t.Parallel()
	got := expand(t, `{generators: [{list: {elements: [{id: b}, {id: c}]}}, {list: {elements: [{id: a}]}}], template: {metadata: {name: "{{id}}"}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: k}}}}`, Options{})
	if diff := cmp.Diff([]string{"b", "c", "a"}, names(got)); diff != "" || got.Err != nil {
		t.Fatalf("%v (-want +got):\n%s", got.Err, diff)
	}
	a := got.Applications[0]
	if a.File != "sets/a.yaml" || a.Line != 3 || a.Set != "set" || a.Namespace != "argocd" || a.Spec.Source.Path != "k" {
		t.Errorf("got %+v", a)
	}
}

func TestOneGeneratorThatFailsLeavesTheOthers(t *testing.T) {
	t.Parallel()
	got := expand(t, `{generators: [{list: {elements: [{id: 1}]}}, {list: {elements: [{id: a}]}}, {pullRequest: {github: {}}}, {}, {future: {}}, {list: {elements: [1]}}], template: {metadata: {name: "{{id}}"}}}`, Options{})
	if diff := cmp.Diff([]string{"a"}, names(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Err == nil || !strings.Contains(got.Err.Error(), "generator 1 (list)") || !strings.Contains(got.Err.Error(), "generator 6 (list)") {
		t.Errorf("Err = %v", got.Err)
	}
	want := []string{
		"generator 3 (pullRequest): pullRequest asks a service that argoplan does not; generator-parameters can hold what it would say",
		"generator 4 (unknown) is of no kind that is known", "generator 5 (unknown) is of no kind that is known",
	}
	if diff := cmp.Diff(want, got.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

func TestServicesAreSkippedOrGiven(t *testing.T) {
	t.Parallel()
	given, err := ParseParameters("p.yaml", []byte("argocd/set:\n  \"0\": [{id: 7, deep: {x: a}}]\nset:\n  \"0\": [{id: never}]\n  1.1: [{id: nested}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"scmProvider", "clusterDecisionResource", "pullRequest", "plugin", "oci"} {
		if got, want := generate(t, true, kind+": {}", Options{}), "error: "+kind+" asks a service"; !strings.HasPrefix(got.(string), want) {
			t.Errorf("%s: got %v", kind, got)
		}
		want := sets{{"id": "7", "deep.x": "a", "values.v": "7!"}}
		if diff := cmp.Diff(any(want), generate(t, false, kind+`: {values: {v: "{{id}}!"}}`, Options{Parameters: given})); diff != "" {
			t.Errorf("%s, plain (-want +got):\n%s", kind, diff)
		}
	}
	want := sets{{"id": 7.0, "deep": map[string]any{"x": "a"}, "values": map[string]string{"v": "7!"}}}
	if diff := cmp.Diff(any(want), generate(t, true, `plugin: {values: {v: "{{.id}}!"}}`, Options{Parameters: given})); diff != "" {
		t.Errorf("Go (-want +got):\n%s", diff)
	}
	nested := expand(t, `{generators: [{list: {}}, {matrix: {generators: [{list: {elements: [{a: b}]}}, {plugin: {}}]}}], template: {metadata: {name: "{{id}}"}}}`,
		Options{Parameters: Parameters{"set": given["set"]}})
	if diff := cmp.Diff([]string{"nested"}, names(nested)); diff != "" {
		t.Errorf("nested (-want +got):\n%s", diff)
	}
}

func TestParseParametersSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: {first: []}": `p.yaml: a: expected a generator's index such as 0 or 0.1, found "first"`,
		"a: [1]":         "p.yaml: error unmarshaling JSON",
	} {
		_, err := ParseParameters("p.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || fault.HintOf(err) == "" {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseParameters("p.yaml", nil); err != nil {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ spec, want string }{
		"fine":         {`{project: p, destination: {name: c}, source: {repoURL: r, path: k}}`, ""},
		"project":      {`{project: "", destination: {name: c}, source: {repoURL: r, path: k}}`, "expected spec.project"},
		"destination":  {`{project: p, destination: {namespace: x}, source: {repoURL: r, path: k}}`, "found neither"},
		"destinations": {`{project: p, destination: {name: c, server: s}, source: {repoURL: r, path: k}}`, "found both"},
		"source":       {`{project: p, destination: {name: c}}`, "to have spec.source or spec.sources"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := expand(t, `{generators: [{list: {elements: [{id: a}]}}], template: {metadata: {name: a}, spec: `+test.spec+`}}`, Options{})
			if len(got.Applications) != 1 || got.Err != nil {
				t.Fatalf("got %+v", got)
			}
			err := got.Applications[0].Invalid
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Invalid = %v, want %s", err, test.want)
			}
		})
	}
}

func TestOneNameTwice(t *testing.T) {
	t.Parallel()
	got := expand(t, `{generators: [{list: {elements: [{id: a}, {id: b}, {id: a}]}}], template: {metadata: {name: "{{id}}"}, spec: {project: p, destination: {name: c}, source: {repoURL: r, path: k}}}}`, Options{})
	if diff := cmp.Diff([]string{"a", "b"}, names(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := got.Applications[0].Invalid; err == nil || !strings.Contains(err.Error(), "found a again") {
		t.Errorf("Invalid = %v", err)
	}
	if got.Applications[1].Invalid != nil {
		t.Errorf("b: %v", got.Applications[1].Invalid)
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		object map[string]any
		want   string
	}{
		"no name":     {map[string]any{}, "metadata.name"},
		"metadata":    {map[string]any{"metadata": 1}, "metadata"},
		"a bool":      {map[string]any{"metadata": map[string]any{"name": "x"}, "spec": map[string]any{"goTemplate": "{{x}}"}}, "reading ApplicationSet x"},
		"generators":  {map[string]any{"metadata": map[string]any{"name": "x"}, "spec": map[string]any{"generators": map[string]any{}}}, "reading ApplicationSet x"},
		"no spec: ok": {map[string]any{"metadata": map[string]any{"name": "x"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(test.object, "f", 1)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
