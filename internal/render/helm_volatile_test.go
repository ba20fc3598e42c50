package render

import (
	"maps"
	"slices"
	"testing"

	"github.com/Masterminds/sprig/v3"
)

func TestMakesUp(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, template, file string
		values               map[string]any
		want                 bool
	}{
		{name: "nothing", template: `a: {{ .Values.a | quote }}`},
		{name: "a password", template: `a: {{ randAlphaNum 8 }}`, want: true},
		{name: "the clock, in a pipe", template: "a: {{- now|date \"2006\" }}", want: true},
		{name: "in brackets", template: `a: {{ (genCA "ca" 365).Cert }}`, want: true},
		{name: "a map's order", template: `a: {{ keys .Values | first }}`, want: true},
		{name: "over lines", template: "a: {{\n  uuidv4\n}}", want: true},
		{name: "outside of an action", template: `keys: {{ .Values.a }} now`},
		{name: "a field", template: `a: {{ .Values.keys }}`},
		{name: "a variable", template: `a: {{ $values }}`},
		{name: "part of a name", template: `a: {{ include "known.updated" . }}`},
		{name: "a comment", template: "{{/* what the values say, now */}}a: {{- /* {{ now }}\nkeys */ -}} b"},
		{name: "behind a comment", template: "{{/* a */}}: {{ now }}", want: true},
		{name: "no comment", template: "a: {{ \"/* \" }}{{ now }}{{ \" */\" }}", want: true},
		{name: "a comment without an end", template: "a: {{ uuidv4 }}{{/* " + "}}", want: true},
		{name: "in a value without tpl", template: `a: {{ .Values.a }}`, values: map[string]any{"a": "{{ now }}"}},
		{name: "in a value with tpl", template: `a: {{ tpl .Values.a . }}`, values: map[string]any{"a": "{{ now }}"}, want: true},
		{name: "in a file with tpl", template: `a: {{ tpl (.Files.Get "x") . }}`, file: "{{ randInt 1 9 }}", want: true},
		{name: "tpl alone", template: `a: {{ tpl .Values.a . }}`, file: "keys: {{ .Values.keys }}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			chart := chartTexts{templates: [][]byte{[]byte(tt.template)}, files: [][]byte{[]byte(tt.template), []byte(tt.file)}}
			if got := makesUp(chart, tt.values); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestVolatileFunctions holds the list against Sprig's: a function that a new
// version adds has to be looked at. steady are those that give the same each
// time, env and what asks the network aside, which Helm takes away.
func TestVolatileFunctions(t *testing.T) {
	t.Parallel()
	all := slices.Sorted(maps.Keys(sprig.TxtFuncMap()))
	for name := range volatile {
		if !slices.Contains(all, name) {
			t.Errorf("%s is no function of Sprig", name)
		}
	}
	if got, want := len(all), 211; got != want {
		t.Errorf("Sprig has %d functions, %d were looked at; is a new one volatile?\n%v", got, want, all)
	}
}
