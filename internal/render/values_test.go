package render

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/getter"

	"github.com/argoplan/argoplan/internal/argocd"
)

// fakeGetter serves http and https from memory.
type fakeGetter map[string]string

func (f fakeGetter) Get(url string, _ ...getter.Option) (*bytes.Buffer, error) {
	content, ok := f[url]
	if !ok {
		return nil, errors.New("not served")
	}
	return bytes.NewBufferString(content), nil
}

func (f fakeGetter) providers() getter.Providers {
	return getter.Providers{{
		Schemes: []string{"http", "https"},
		New:     func(...getter.Option) (getter.Getter, error) { return f, nil },
	}}
}

// valuesTree has an Application in apps/shop, whose files each set their own
// name in order, so that the last one read shows.
func valuesTree(t *testing.T) string {
	t.Helper()
	return tree(t,
		"apps/shop/values/a.yaml", "last: a\na: true\n",
		"apps/shop/values/b.yaml", "last: b\nb: true\n",
		"apps/shop/values/sub/c.yaml", "last: c\nc: true\n",
		"apps/shop/values/.dot.yaml", "dot: true\n",
		"apps/shop/prod-shop.yaml", "last: prod\n",
		"root.yaml", "last: root\n",
		"empty.yaml", "# nothing\n",
		"text.txt", "some text",
		"bad.yaml", "a: [",
		"list.yaml", "- a\n",
	)
}

func TestValues(t *testing.T) {
	t.Parallel()
	root := valuesTree(t)
	other := tree(t, "env/prod.yaml", "last: other\n", "env/prod-shop.yaml", "last: other-shop\n")
	if err := os.Symlink("values/a.yaml", filepath.Join(root, "apps/shop/link.yaml")); err != nil {
		t.Fatal(err)
	}
	set := func(parameters ...string) []argocd.HelmParameter {
		var list []argocd.HelmParameter
		for i := 0; i < len(parameters); i += 2 {
			name, force := strings.CutPrefix(parameters[i], "string:")
			list = append(list, argocd.HelmParameter{Name: name, Value: parameters[i+1], ForceString: force})
		}
		return list
	}
	tests := map[string]struct {
		helm  argocd.Helm
		multi bool
		want  map[string]any
	}{
		"nothing":           {want: map[string]any{}},
		"relative":          {helm: argocd.Helm{ValueFiles: []string{"values/a.yaml"}}, want: map[string]any{"last": "a", "a": true}},
		"up":                {helm: argocd.Helm{ValueFiles: []string{"../../root.yaml"}}, want: map[string]any{"last": "root"}},
		"from the root":     {helm: argocd.Helm{ValueFiles: []string{"/root.yaml"}}, want: map[string]any{"last": "root"}},
		"through a link":    {helm: argocd.Helm{ValueFiles: []string{"link.yaml"}}, want: map[string]any{"last": "a", "a": true}},
		"empty file":        {helm: argocd.Helm{ValueFiles: []string{"/empty.yaml"}}, want: map[string]any{}},
		"variable":          {helm: argocd.Helm{ValueFiles: []string{"${ARGOCD_APP_NAMESPACE}-$ARGOCD_APP_NAME.yaml"}}, want: map[string]any{"last": "prod"}},
		"later wins":        {helm: argocd.Helm{ValueFiles: []string{"values/b.yaml", "values/a.yaml"}}, want: map[string]any{"last": "a", "a": true, "b": true}},
		"first of two same": {helm: argocd.Helm{ValueFiles: []string{"values/a.yaml", "values/b.yaml", "./values/a.yaml"}}, want: map[string]any{"last": "b", "a": true, "b": true}},
		"URL":               {helm: argocd.Helm{ValueFiles: []string{"https://x.example.com/v.yaml"}}, want: map[string]any{"last": "url"}},
		"missing, ignored":  {helm: argocd.Helm{ValueFiles: []string{"no.yaml", "no/*.yaml"}, IgnoreMissingValueFiles: true}, want: map[string]any{}},
		"glob":              {helm: argocd.Helm{ValueFiles: []string{"values/[ab].yaml"}}, want: map[string]any{"last": "b", "a": true, "b": true}},
		"glob, dot files":   {helm: argocd.Helm{ValueFiles: []string{"values/*.yaml"}}, want: map[string]any{"last": "b", "a": true, "b": true, "dot": true}},
		"glob, deep":        {helm: argocd.Helm{ValueFiles: []string{"/apps/**/c.yaml"}}, want: map[string]any{"last": "c", "c": true}},
		"glob, named too":   {helm: argocd.Helm{ValueFiles: []string{"values/a.yaml", "values/[ab].yaml"}}, want: map[string]any{"last": "b", "a": true, "b": true}},
		"glob, named later": {helm: argocd.Helm{ValueFiles: []string{"values/[ab].yaml", "values/a.yaml"}}, want: map[string]any{"last": "a", "a": true, "b": true}},
		"ref":               {multi: true, helm: argocd.Helm{ValueFiles: []string{"$values/env/prod.yaml"}}, want: map[string]any{"last": "other"}},
		"ref, variable":     {multi: true, helm: argocd.Helm{ValueFiles: []string{"$values/env/prod-$ARGOCD_APP_NAME.yaml"}}, want: map[string]any{"last": "other-shop"}},
		"ref, glob":         {multi: true, helm: argocd.Helm{ValueFiles: []string{"$values/env/*.yaml"}}, want: map[string]any{"last": "other"}},
		"ref, file":         {multi: true, helm: argocd.Helm{FileParameters: []argocd.HelmFile{{Name: "f", Path: "$values/env/prod.yaml"}}}, want: map[string]any{"f": "last: other\n"}},
		"values text":       {helm: argocd.Helm{ValueFiles: []string{"values/a.yaml"}, Values: "last: $ARGOCD_APP_NAME"}, want: map[string]any{"last": "$ARGOCD_APP_NAME", "a": true}},
		"valuesObject wins": {helm: argocd.Helm{Values: "last: text", ValuesObject: map[string]any{"n": 1}}, want: map[string]any{"n": 1.0}},
		"null deletes":      {helm: argocd.Helm{ValuesObject: map[string]any{"a": nil}}, want: map[string]any{"a": nil}},
		"maps are merged":   {helm: argocd.Helm{Values: "m: {a: 1, b: 1}", Parameters: set("m.b", "2")}, want: map[string]any{"m": map[string]any{"a": 1.0, "b": int64(2)}}},
		"parameters":        {helm: argocd.Helm{Parameters: set("a", "1", "b", "true", "string:c", "1", "d", "")}, want: map[string]any{"a": int64(1), "b": true, "c": "1", "d": ""}},
		"last of a name":    {helm: argocd.Helm{Parameters: set("a", "1", "a", "2")}, want: map[string]any{"a": int64(2)}},
		"string goes last":  {helm: argocd.Helm{Parameters: set("string:a", "1", "a", "2")}, want: map[string]any{"a": "1"}},
		"commas":            {helm: argocd.Helm{Parameters: set("a", "x,y", "b", "{x,y}", "c", `x\,y`, "d", ",,")}, want: map[string]any{"a": "x,y", "b": []any{"x", "y"}, "c": "x,y", "d": ",,"}},
		"dollars":           {helm: argocd.Helm{Parameters: set("a", "$ARGOCD_APP_NAME", "b", "$$x", "c", "$x")}, want: map[string]any{"a": "shop", "b": "$x", "c": ""}},
		"file parameter":    {helm: argocd.Helm{FileParameters: []argocd.HelmFile{{Name: "a.b", Path: "/text.txt"}}}, want: map[string]any{"a": map[string]any{"b": "some text"}}},
		"file over string":  {helm: argocd.Helm{Parameters: set("string:a", "1"), FileParameters: []argocd.HelmFile{{Name: "a", Path: "/text.txt"}}}, want: map[string]any{"a": "some text"}},
		"dollar, single":    {helm: argocd.Helm{ValueFiles: []string{"$NOTHING/root.yaml"}}, want: map[string]any{"last": "root"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := testInput(t, root, &tt.helm)
			in.Dir, in.Multi = filepath.Join(root, "apps/shop"), tt.multi
			in.Refs = map[string]string{"$values": other}
			r := New(Options{Getters: fakeGetter{"https://x.example.com/v.yaml": "last: url"}.providers()})
			got, err := r.values(t.Context(), in, tt.helm)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestValuesErrors(t *testing.T) {
	t.Parallel()
	root := valuesTree(t)
	outside := tree(t, "secret.yaml", "a: 1\n")
	for link, target := range map[string]string{
		"apps/shop/out.yaml": filepath.Join(outside, "secret.yaml"), "apps/shop/outdir": outside,
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	file := func(path string) argocd.Helm { return argocd.Helm{ValueFiles: []string{path}} }
	refs := map[string]string{"$values": outside, "$other": outside}
	tests := map[string]struct {
		helm    argocd.Helm
		multi   bool
		refs    map[string]string
		schemes []string
		want    string
	}{
		"missing":              {helm: file("no.yaml"), want: `reading "no.yaml": no such file apps/shop/no.yaml`},
		"glob without match":   {helm: file("no/*.yaml"), want: `values file glob "no/*.yaml" matched no files`},
		"escapes":              {helm: file("../../../x.yaml"), want: "file '../../../x.yaml' resolved to outside repository root"},
		"absolute is the root": {helm: file("/etc/passwd"), want: "no such file etc/passwd"},
		"the root itself":      {helm: file("/"), want: "resolved to outside repository root"},
		"link outside":         {helm: file("out.yaml"), want: "file 'out.yaml' resolved to outside repository root"},
		"directory outside":    {helm: file("outdir/secret.yaml"), want: "resolved to outside repository root"},
		"glob outside":         {helm: file("out*.yaml"), want: "resolved to outside repository root"},
		"glob escapes":         {helm: file("../../../*.yaml"), want: "resolved to outside repository root"},
		"ignored, yet outside": {helm: argocd.Helm{ValueFiles: []string{"../../../x"}, IgnoreMissingValueFiles: true}, want: "outside repository root"},
		"a directory":          {helm: file("values"), want: "expected apps/shop/values to be a regular file"},
		"comma":                {helm: file("a,b.yaml"), want: `"a,b.yaml" has a comma`},
		"not yaml":             {helm: file("/bad.yaml"), want: "bad.yaml: parsing the value file: "},
		"a list":               {helm: file("/list.yaml"), want: "list.yaml: parsing the value file: "},
		"scheme":               {helm: file("s3://x/y.yaml"), want: "the URL scheme 's3' of \"s3://x/y.yaml\" is not allowed"},
		"looks like a scheme":  {helm: file("a:b.yaml"), want: "the URL scheme 'a'"},
		"no schemes at all":    {helm: file("https://x.example.com/v"), schemes: []string{}, want: "the URL scheme 'https'"},
		"not served":           {helm: file("https://x.example.com/v"), want: "downloading https://x.example.com/v: not served"},
		"no refs":              {helm: file("$values/x.yaml"), multi: true, want: "source referenced \"$values\", but no source has a 'ref' field defined"},
		"unknown ref":          {helm: file("$nope/x.yaml"), multi: true, refs: refs, want: "source referenced \"$nope\", which is not one of the available sources ($other, $values)"},
		"variable taken as ref": {
			helm: file("$ARGOCD_APP_NAME/x.yaml"), multi: true, refs: refs, want: `source referenced "$ARGOCD_APP_NAME"`,
		},
		"ref escapes":    {helm: file("$values/../x.yaml"), multi: true, refs: refs, want: "outside repository root"},
		"ref alone":      {helm: file("$values"), multi: true, refs: refs, want: "outside repository root"},
		"values text":    {helm: argocd.Helm{Values: "a: ["}, want: "parsing helm.values: "},
		"parameter":      {helm: argocd.Helm{Parameters: []argocd.HelmParameter{{Name: "a[", Value: "x"}}}, want: `setting helm.parameters "a["`},
		"file parameter": {helm: argocd.Helm{FileParameters: []argocd.HelmFile{{Name: "a", Path: "no"}}}, want: `reading helm.fileParameters "a": reading "no": no such file`},
		"file escapes":   {helm: argocd.Helm{FileParameters: []argocd.HelmFile{{Name: "a", Path: "/../x"}}}, want: "outside repository root"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := testInput(t, root, &tt.helm)
			in.Dir, in.Multi, in.Refs = filepath.Join(root, "apps/shop"), tt.multi, tt.refs
			r := New(Options{ValueFileSchemes: tt.schemes, Getters: fakeGetter{}.providers()})
			_, err := r.values(t.Context(), in, tt.helm)
			wantError(t, err, tt.want)
			if strings.Contains(err.Error(), root) {
				t.Errorf("the error names a private directory: %v", err)
			}
		})
	}
}
