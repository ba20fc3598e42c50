package render

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// object is Jsonnet code for an object whose name is an expression.
func object(expression string) string {
	return "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: " + expression + "}}"
}

func TestJsonnet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files   []string
		options argocd.Jsonnet
		want    []string
	}{
		"one object":              {[]string{"a.jsonnet", object("'a'")}, argocd.Jsonnet{}, []string{"a"}},
		"an array of objects":     {[]string{"a.jsonnet", "[" + object("'b'") + "," + object("'a'") + "]"}, argocd.Jsonnet{}, []string{"b", "a"}},
		"null in an array":        {[]string{"a.jsonnet", "[null, " + object("'a'") + "]"}, argocd.Jsonnet{}, []string{"a"}},
		"an empty array":          {[]string{"a.jsonnet", "[]"}, argocd.Jsonnet{}, []string{}},
		"null":                    {[]string{"a.jsonnet", "null"}, argocd.Jsonnet{}, []string{}},
		"in order with manifests": {[]string{"a.yaml", config("a"), "b.jsonnet", object("'b'"), "c.yaml", config("c")}, argocd.Jsonnet{}, []string{"a", "b", "c"}},
		"external variables": {
			[]string{"a.jsonnet", object("std.extVar('s') + std.extVar('n')")},
			argocd.Jsonnet{ExtVars: []argocd.JsonnetVar{{Name: "s", Value: "x"}, {Name: "n", Value: "1 + 1", Code: true}}},
			[]string{"x2"},
		},
		"the last value of a variable": {
			[]string{"a.jsonnet", object("std.extVar('s')")},
			argocd.Jsonnet{ExtVars: []argocd.JsonnetVar{{Name: "s", Value: "'x'", Code: true}, {Name: "s", Value: "y"}}},
			[]string{"y"},
		},
		"top-level arguments go to every file that is a function": {
			[]string{"a.jsonnet", "function(s, n) " + object("s + n"), "b.jsonnet", object("'b'"), "c.jsonnet", "function(n, s='z') " + object("s + n")},
			argocd.Jsonnet{TLAs: []argocd.JsonnetVar{{Name: "s", Value: "x"}, {Name: "n", Value: "1 + 1", Code: true}}},
			[]string{"x2", "b", "x2"},
		},
		"build variables in values": {
			[]string{"a.jsonnet", "function(s) " + object("s + '-' + std.extVar('e')")},
			argocd.Jsonnet{
				TLAs:    []argocd.JsonnetVar{{Name: "s", Value: "$ARGOCD_APP_NAME"}},
				ExtVars: []argocd.JsonnetVar{{Name: "e", Value: "'${ARGOCD_APP_NAMESPACE}$HOME'", Code: true}},
			},
			[]string{"shop-prod"},
		},
		"values are replaced again for each file": {
			[]string{"a.jsonnet", object("std.extVar('e')"), "b.jsonnet", object("std.extVar('e')"), "c.yaml", config("c"), "d.jsonnet", object("'x' + std.extVar('e')")},
			argocd.Jsonnet{ExtVars: []argocd.JsonnetVar{{Name: "e", Value: "$$ARGOCD_APP_NAME"}}},
			[]string{"$ARGOCD_APP_NAME", "shop", "c", "xshop"},
		},
		"the file's own path is the same on each side": {[]string{"a.jsonnet", object("std.thisFile")}, argocd.Jsonnet{}, []string{"a.jsonnet"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := plain(t, tree(t, tt.files...), argocd.Directory{Jsonnet: tt.options})
			for range 2 { // the source isn't changed by the first render
				got, err := rendered(t, New(Options{}), in)
				if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
					t.Error(err, diff)
				}
			}
		})
	}
}

func TestJsonnetErrors(t *testing.T) {
	t.Parallel()
	code := func(value string) argocd.Jsonnet {
		return argocd.Jsonnet{TLAs: []argocd.JsonnetVar{{Name: "x", Value: value, Code: true}}}
	}
	tests := map[string]struct {
		text    string
		options argocd.Jsonnet
		file    string
		want    string
	}{
		"syntax":                    {text: "{\n  a: 1 2\n}", file: "a.jsonnet:2", want: "failed to evaluate jsonnet: "},
		"a runtime error":           {text: "\nlocal x = error 'no luck';\n" + object("x"), file: "a.jsonnet:2", want: "no luck"},
		"an error over some lines":  {text: "\n\n{\n  assert false : 'bad',\n}", file: "a.jsonnet:4", want: "bad"},
		"infinite recursion":        {text: "local f(x) = f(x + 1); f(0)", file: "a.jsonnet:1", want: "max stack frames exceeded"},
		"an endless object":         {text: "local a = {b: a}; a", file: "a.jsonnet", want: "max stack frames exceeded"},
		"a missing variable":        {text: object("std.extVar('x')"), file: "a.jsonnet:1", want: "Undefined external variable: x"},
		"an argument nobody takes":  {text: "function(y) " + object("y"), options: code("1"), file: "a.jsonnet", want: "function has no parameter x"},
		"code that is broken":       {text: "function(x) " + object("x"), options: code("1 +"), file: "a.jsonnet", want: "Unexpected end of file"},
		"code that is nested":       {text: "function(x) " + object("x"), options: code(strings.Repeat("[", 9999)), file: "a.jsonnet", want: "reading the code of variable x: the code is nested too deeply"},
		"a function":                {text: "function(x) x", file: "a.jsonnet", want: "x"},
		"a string":                  {text: "'hunter2'", file: "a.jsonnet", want: "expected an object, found a string"},
		"a number":                  {text: "1", file: "a.jsonnet", want: "expected an object, found a number"},
		"several files":             {text: "{'a.yaml': " + object("'a'") + "}", file: "a.jsonnet", want: "the object has no kind"},
		"arrays in an array":        {text: "[[" + object("'a'") + "]]", file: "a.jsonnet", want: "found a list"},
		"an element without a kind": {text: "[" + object("'a'") + ", {x: 'hunter2'}]", file: "a.jsonnet", want: "element 2: the object has no kind"},
		"a native function":         {text: object("std.native('sh')('id')"), file: "a.jsonnet:1", want: "Unexpected type null, expected function"},
		"tailstrict in a variable":  {text: "function(x) x", options: code("local f(x) = f(x) tailstrict; f(1)"), file: "a.jsonnet", want: "tailstrict is not supported here"},
		"an empty file":             {text: "", file: "a.jsonnet:1", want: "Unexpected end of file"},
		"a byte order mark":         {text: "\ufeff" + object("'a'"), file: "a.jsonnet:1", want: "Could not lex"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := plain(t, tree(t, "a.jsonnet", tt.text), argocd.Directory{Jsonnet: tt.options})
			_, err := rendered(t, New(Options{}), in)
			wantError(t, err, tt.file+": ", tt.want)
			if fault.FileOf(err) != tt.file {
				t.Errorf("file %q, want %q: %v", fault.FileOf(err), tt.file, err)
			}
			if err != nil && (strings.Contains(err.Error(), in.Root) || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("the error shows the tree or a value: %v", err)
			}
		})
	}
}

// An endless evaluation ends with the time it has, and with the caller.
func TestJsonnetTimeout(t *testing.T) {
	t.Parallel()
	const endless = "std.foldl(function(a, x) std.foldl(function(b, y) b + 1, std.range(1, 100000), 0), std.range(1, 100000), 0)"
	in := plain(t, tree(t, "a.jsonnet", endless), argocd.Directory{})
	started := time.Now()
	_, err := rendered(t, New(Options{JsonnetTimeout: 50 * time.Millisecond}), in)
	wantError(t, err, "a.jsonnet: failed to evaluate jsonnet: ", errJsonnetTimeout.Error())
	if !errors.Is(err, errJsonnetTimeout) || fault.HintOf(err) == "" {
		t.Errorf("got %v, hint %q", err, fault.HintOf(err))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := New(Options{}).directory(ctx, in); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(started); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

// All files of a source share one time.
func TestJsonnetEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := New(Options{}).directory(ctx, plain(t, tree(t, "a.jsonnet", object("'a'")), argocd.Directory{}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestJsonnetDisabled(t *testing.T) {
	t.Parallel()
	in := plain(t, tree(t, "a.jsonnet", "error 'x'", "b.yaml", config("b"), "c.json", `{"kind": "A", "metadata": {"name": "c"}}`),
		argocd.Directory{Jsonnet: argocd.Jsonnet{Libs: []string{"../.."}}})
	out, err := New(Options{Disabled: []Type{Directory}}).Render(t.Context(), in)
	if err != nil || len(out.Objects) != 2 || out.Tool != "" {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestJsonnetTool(t *testing.T) {
	t.Parallel()
	out, err := New(Options{}).Render(t.Context(), testInput(t, tree(t, "a.jsonnet", object("'a'")), nil))
	if err != nil || out.Type != Directory || out.Tool != "Jsonnet v0.21.0" {
		t.Errorf("got %+v, %v", out, err)
	}
}

// What std.trace prints would be read as commands in the log of a job.
func TestJsonnetTrace(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = write
	_, err = rendered(t, New(Options{}), plain(t, tree(t, "a.jsonnet", "std.trace('::add-mask::x', "+object("'a'")+")"), argocd.Directory{}))
	os.Stderr = old
	write.Close()
	text := make([]byte, 100)
	n, _ := read.Read(text)
	if err != nil || n > 0 {
		t.Errorf("printed %q, %v", text[:n], err)
	}
}
