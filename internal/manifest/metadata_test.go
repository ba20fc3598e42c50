package manifest

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestCheckMetadata(t *testing.T) {
	t.Parallel()
	const badBoth = "kind: A\nmetadata: {name: a, annotations: {x: true}, labels: {k: 2}}"
	tests := map[string]struct {
		in     string
		method Tracking
		want   string // "" is no error
	}{
		"nothing":            {in: "kind: A"},
		"strings":            {in: "kind: A\nmetadata: {annotations: {x: 'true'}}"},
		"null map":           {in: "kind: A\nmetadata: {annotations: null}"},
		"null value":         {in: "kind: A\nmetadata: {annotations: {x: null}}", want: "which is not so for x (null)"},
		"boolean annotation": {in: badBoth, want: "checking A a: expected every value of metadata.annotations to be a string, which is not so for x (bool)"},
		"all keys, sorted":   {in: "kind: A\nmetadata: {annotations: {z: 1, b: 1.5, a: [hunter2]}}", want: "for a ([]interface {}), b (float64), z (int64)"},
		"labels not looked at": {
			in: "kind: A\nmetadata: {labels: {k: 2}}", method: TrackAnnotation,
		},
		"label mode":             {in: badBoth, method: TrackLabel, want: "metadata.labels to be a string, which is not so for k (int64)"},
		"label mode, annotation": {in: "kind: A\nmetadata: {annotations: {x: true}}", method: TrackLabel},
		"both":                   {in: "kind: A\nmetadata: {labels: {k: 2}}", method: TrackBoth, want: "metadata.labels"},
		"unknown method":         {in: badBoth, method: "magic", want: "metadata.annotations"},
		"not a map":              {in: "kind: A\nmetadata: {annotations: hunter2}", want: "expected metadata.annotations to be a map, found string"},
		"metadata not a map":     {in: "kind: A\nmetadata: hunter2", want: "expected metadata to be a map, found string"},
		"crd is not tracked":     {in: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {annotations: {x: true}}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckMetadata(mustParse(t, tt.in), tt.method)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q in it", err, tt.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a value leaks: %v", err)
			}
		})
	}
	if hint := fault.HintOf(CheckMetadata(mustParse(t, badBoth), TrackAnnotation)); !strings.Contains(hint, "Quote") {
		t.Errorf("hint is %q", hint)
	}
}
