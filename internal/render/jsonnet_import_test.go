package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func TestJsonnetImports(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files   []string
		main    string
		options argocd.Jsonnet
		want    string
	}{
		"next to the file":         {[]string{"app/x", "'a'"}, "import 'x'", argocd.Jsonnet{}, "a"},
		"above it":                 {[]string{"x", "'a'"}, "import '../x'", argocd.Jsonnet{}, "a"},
		"as text":                  {[]string{"app/x", "a"}, "importstr 'x'", argocd.Jsonnet{}, "a"},
		"as bytes":                 {[]string{"app/x", "a"}, "std.char((importbin 'x')[0])", argocd.Jsonnet{}, "a"},
		"the importing file first": {[]string{"l/y", "import 'x'", "l/x", "'near'", "app/x", "'far'"}, "import '../l/y'", argocd.Jsonnet{}, "near"},
		"then the source's path":   {[]string{"l/y", "import 'x'", "app/x", "'a'"}, "import '../l/y'", argocd.Jsonnet{}, "a"},
		"a library":                {[]string{"l/x", "'a'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"l"}}, "a"},
		"the last library first":   {[]string{"l/x", "'a'", "m/x", "'b'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"l", "m"}}, "b"},
		"libraries before the source's path": {
			[]string{"l/x", "'a'", "app/x", "'b'", "m/y", "import 'x'"}, "import '../m/y'", argocd.Jsonnet{Libs: []string{"l"}}, "a",
		},
		"a library from the root":         {[]string{"l/x", "'a'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"/l"}}, "a"},
		"libraries aren't substituted":    {[]string{"$ARGOCD_APP_NAME/x", "'a'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"$ARGOCD_APP_NAME"}}, "a"},
		"the root as a library":           {[]string{"x", "'a'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"."}}, "a"},
		"a library that is missing":       {[]string{"app/x", "'a'"}, "import 'x'", argocd.Jsonnet{Libs: []string{"gone"}}, "a"},
		"outside here, but in a library":  {[]string{"l/x", "'a'", "l/m/n/y", "''"}, "import '../../x'", argocd.Jsonnet{Libs: []string{"l/m/n"}}, "a"},
		"a link inside the repository":    {[]string{"l/x", "'a'"}, "import 'link'", argocd.Jsonnet{}, "a"},
		"one file twice":                  {[]string{"app/x", "'a'"}, "(import 'x') + (import './x') + (importstr 'x')", argocd.Jsonnet{}, "aa'a'"},
		"code in a variable":              {[]string{"app/x", "'a'"}, "std.extVar('v')", argocd.Jsonnet{ExtVars: []argocd.JsonnetVar{{Name: "v", Value: "import 'x'", Code: true}}}, "a"},
		"text that looks like deep code":  {[]string{"app/x", strings.Repeat("[", 100_000)}, "std.toString(std.length(importstr 'x'))", argocd.Jsonnet{}, "100000"},
		"imports that are not looked at":  {nil, "local x = import 'gone'; 'a'", argocd.Jsonnet{}, "a"},
		"a path with dots that stays in":  {[]string{"x", "'a'"}, "import '../app/../x'", argocd.Jsonnet{}, "a"},
		"JSON":                            {[]string{"app/x.json", `{"a": "b"}`}, "(import 'x.json').a", argocd.Jsonnet{}, "b"},
		"calls with tailstrict":           {[]string{"app/x", "local f(n) = if n == 0 then 'a' else f(n - 1) tailstrict; f(100)"}, "import 'x'", argocd.Jsonnet{}, "a"},
		"an import that imports the root": {[]string{"l/x", "(import '../app/y').z", "app/y", "{z: 'a'}"}, "import '../l/x'", argocd.Jsonnet{}, "a"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, append([]string{"app/main.jsonnet", object(tt.main)}, tt.files...)...)
			link(t, root, "../l/x", "app/link")
			in := plain(t, root, argocd.Directory{Jsonnet: tt.options, Include: "main.jsonnet"})
			in.Dir = filepath.Join(root, "app")
			got, err := rendered(t, New(Options{}), in)
			if diff := cmp.Diff([]string{tt.want}, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

// S8: nothing outside of the tree is read, and no message says what is there.
func TestJsonnetImportsRefused(t *testing.T) {
	t.Parallel()
	outside := tree(t, "secret", "'hunter2'")
	tests := map[string]struct {
		main string
		libs []string
		want string
	}{
		"an absolute path":           {main: "importstr '/etc/passwd'", want: `jsonnet import "/etc/passwd" resolves outside repository root`},
		"one that isn't there":       {main: "importstr '/gone/away'", want: "resolves outside repository root"},
		"as code":                    {main: "import '" + outside + "/secret'", want: "resolves outside repository root"},
		"as bytes":                   {main: "importbin '/proc/self/environ'", want: "resolves outside repository root"},
		"dots":                       {main: "importstr '../../../../../../../../../../etc/passwd'", want: "resolves outside repository root"},
		"dots to nothing":            {main: "importstr '../../../../../../gone'", want: "resolves outside repository root"},
		"dots by way of a directory": {main: "importstr 'd/../../../x'", want: "resolves outside repository root"},
		"a link":                     {main: "importstr 'link'", want: `jsonnet import "link": resolves outside repository root`},
		"a link on the way":          {main: "importstr 'out/secret'", want: "resolves outside repository root"},
		"a link to a device":         {main: "importstr 'zero'", want: "resolves outside repository root"},
		"a link to nothing":          {main: "import 'dangling'", want: `jsonnet import "dangling"`},
		"a link to itself":           {main: "import 'loop'", want: `jsonnet import "loop"`},
		"a directory":                {main: "importstr 'd'", want: `jsonnet import "d" is not a regular file`},
		"the source's directory":     {main: "importstr '.'", want: "is not a regular file"},
		"the root":                   {main: "importstr '..'", want: "is not a regular file"},
		"a name below a file":        {main: "importstr 'main.jsonnet/x'", want: `jsonnet import "main.jsonnet/x"`},
		"a missing file":             {main: "import 'gone'", want: `couldn't open import "gone": no match locally or in the Jsonnet library paths`},
		"a huge file":                {main: "importstr 'huge'", want: `jsonnet import "huge" is too large`},
		"many large files":           {main: "(importstr 'h1') + (importstr 'h2')", want: `jsonnet import "h2" is too large`},
		"a cycle":                    {main: "import 'main.jsonnet'", want: "max stack frames exceeded"},
		"deep code":                  {main: "import 'deep'", want: "reading app/deep: the code is nested too deeply"},
		"deep code, oddly named":     {main: `import "d\u0065ep"`, want: "reading app/deep: the code is nested too deeply"},
		"deep code, verbatim":        {main: `import @'deep'`, want: "reading app/deep: the code is nested too deeply"},
		"deep code, text before":     {main: `(importstr 'deep') + (import 'deep')`, want: "reading app/deep: the code is nested too deeply"},
		"deep code, from a library":  {main: `import '../lib'`, want: "reading app/deep: the code is nested too deeply"},
		"endless, with tailstrict":   {main: "local f(n) = f(n + 1) tailstrict; f(0)", want: "max stack frames exceeded"},
		"the same in an import":      {main: "import 'endless'", want: "max stack frames exceeded"},
		"a library outside":          {main: "'a'", libs: []string{"../x"}, want: "file '../x' resolved to outside repository root"},
		"a library next to the root": {main: "'a'", libs: []string{"../repo2"}, want: "resolved to outside repository root"},
		"a library behind a link":    {main: "'a'", libs: []string{"app/out"}, want: "file 'app/out' resolved to outside repository root"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "app/main.jsonnet", object(tt.main), "app/d/x", "", "app/deep", strings.Repeat("[", 100_000), "lib", "import 'app/deep'",
				"app/endless", "local f(n) = f(n + 1) tailstrict; f(0)")
			for name, target := range map[string]string{"link": outside + "/secret", "out": outside, "zero": "/dev/zero", "dangling": "gone", "loop": "loop"} {
				link(t, root, target, "app/"+name)
			}
			for name, size := range map[string]int64{"huge": 1 << 30, "h1": maxSourceFile/2 + 1, "h2": maxSourceFile/2 + 1} {
				if err := os.WriteFile(filepath.Join(root, "app", name), nil, 0o644); err != nil {
					t.Fatal(err)
				}
				if err := os.Truncate(filepath.Join(root, "app", name), size); err != nil {
					t.Fatal(err)
				}
			}
			in := plain(t, root, argocd.Directory{Jsonnet: argocd.Jsonnet{Libs: tt.libs}})
			in.Dir = filepath.Join(root, "app")
			_, err := rendered(t, New(Options{}), in)
			wantError(t, err, tt.want)
			if err != nil && (strings.Contains(err.Error(), root) || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("the error shows too much: %v", err)
			}
			if !strings.HasPrefix(fault.FileOf(err), "main.jsonnet") {
				t.Errorf("file %q", fault.FileOf(err))
			}
		})
	}
}
