package render

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// config is a ConfigMap in a file of its own.
func config(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n"
}

// plain is a source of type Directory in dir, whatever lies there.
func plain(t testing.TB, dir string, options argocd.Directory) Input {
	t.Helper()
	in := testInput(t, dir, nil)
	in.Source.Directory = &options
	return in
}

// rendered gives the names of the objects, in their order.
func rendered(t testing.TB, r *Renderer, in Input) ([]string, error) {
	t.Helper()
	in.Source = normalize(in.Source)
	objects, _, err := r.directory(t.Context(), in)
	names := []string{}
	for _, object := range objects {
		names = append(names, object.GetName())
	}
	return names, err
}

func TestSelectFiles(t *testing.T) {
	t.Parallel()
	manifests := func(paths ...string) []string {
		files := []string{}
		for _, path := range paths {
			files = append(files, path, config(strings.NewReplacer("/", "-", ".", "-").Replace(strings.ToLower(path))))
		}
		return files
	}
	tests := map[string]struct {
		files   []string
		options argocd.Directory
		want    []string
	}{
		"lexical order":             {manifests("b.yaml", "a.yaml", "B.yml"), argocd.Directory{}, []string{"b-yml", "a-yaml", "b-yaml"}},
		"only the directory itself": {manifests("a.yaml", "d/b.yaml"), argocd.Directory{}, []string{"a-yaml"}},
		"recurse, in walk order": {
			manifests("a.yaml", "a/b.yaml", "a/c/d.yaml", "z.yaml"), argocd.Directory{Recurse: true},
			[]string{"a-b-yaml", "a-c-d-yaml", "a-yaml", "z-yaml"},
		},
		"hidden directories and files too": {
			manifests(".git/x.yaml", ".github/ci.yml", ".a.yaml"), argocd.Directory{Recurse: true},
			[]string{"-a-yaml", "-git-x-yaml", "-github-ci-yml"},
		},
		"extensions": {
			manifests("a.yaml", "b.yml", "c.YAML", "d.txt", "e.libsonnet", "f.yaml.bak", "yaml", "g.tpl.yaml"), argocd.Directory{},
			[]string{"a-yaml", "b-yml", "g-tpl-yaml"},
		},
		"extensions of no account": {
			manifests("a.yaml", "c.YAML", "d.txt"), argocd.Directory{DisableExtensionFilter: true},
			[]string{"a-yaml", "c-yaml", "d-txt"},
		},
		"exclude": {manifests("a.yaml", "b.yaml"), argocd.Directory{Exclude: "b.*"}, []string{"a-yaml"}},
		"include": {manifests("a.yaml", "b.yaml"), argocd.Directory{Include: "b.*"}, []string{"b-yaml"}},
		"exclude goes before include": {
			manifests("a.yaml", "b.yaml"), argocd.Directory{Include: "*.yaml", Exclude: "b.yaml"}, []string{"a-yaml"},
		},
		"a star crosses slashes": {
			manifests("a.yaml", "d/e/b.yaml"), argocd.Directory{Recurse: true, Include: "d*.yaml"}, []string{"d-e-b-yaml"},
		},
		"the pattern is for the whole path": {
			manifests("d/b.yaml"), argocd.Directory{Recurse: true, Include: "b.yaml"}, []string{},
		},
		"two stars need the slash they name": {
			manifests("a.yaml", "d/a.yaml"), argocd.Directory{Recurse: true, Include: "**/a.yaml"}, []string{"d-a-yaml"},
		},
		"choices": {
			manifests("a.yaml", "b.yaml", "c.yaml"), argocd.Directory{Include: "{a.yaml,[bx].yaml}"}, []string{"a-yaml", "b-yaml"},
		},
		"a question mark is any character": {
			manifests("a.yaml", "d/a.yaml"), argocd.Directory{Recurse: true, Include: "d?a.yaml"}, []string{"d-a-yaml"},
		},
		"a broken include leaves nothing": {manifests("a.yaml"), argocd.Directory{Include: "[a.yaml"}, []string{}},
		"a broken exclude leaves all":     {manifests("a.yaml"), argocd.Directory{Exclude: "[a.yaml"}, []string{"a-yaml"}},
		"an include can't undo the extensions": {
			manifests("a.txt"), argocd.Directory{Include: "a.txt"}, []string{},
		},
		"marker": {
			append(manifests("a.yaml"), "b.yaml", config("b")+"# x +argocd:skip-file-rendering x\n", "c.json", `{"x": "+argocd:skip-file-rendering"}`, "d.jsonnet", "// +argocd:skip-file-rendering\nerror 'x'"),
			argocd.Directory{}, []string{"a-yaml"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rendered(t, New(Options{}), plain(t, tree(t, tt.files...), tt.options))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// link makes a symbolic link below dir.
func link(t testing.TB, dir, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func TestSelectLinks(t *testing.T) {
	t.Parallel()
	outside := tree(t, "secret.yaml", config("secret"))
	tests := map[string]struct {
		target, name string
		options      argocd.Directory
		want         []string
		fails        string
	}{
		"to a file of the repository":   {target: "../lib/b.txt", name: "app/b.yaml", want: []string{"a", "b"}},
		"the link's name has to match":  {target: "../lib/b.txt", name: "app/b.txt", want: []string{"a"}},
		"to nothing":                    {target: "gone", name: "app/b.yaml", want: []string{"a"}},
		"to a directory":                {target: "../lib", name: "app/b.yaml", want: []string{"a"}},
		"a directory is never entered":  {target: "../lib", name: "app/lib", options: argocd.Directory{Recurse: true}, want: []string{"a"}},
		"out of the repository":         {target: outside + "/secret.yaml", name: "app/b.yaml", fails: `b.yaml: illegal filepath in symlink at "b.yaml"`},
		"out of it, though excluded":    {target: outside + "/secret.yaml", name: "app/b.yaml", options: argocd.Directory{Exclude: "b.yaml"}, fails: "illegal filepath"},
		"out of it, to a device":        {target: "/dev/zero", name: "app/b.yaml", fails: "illegal filepath"},
		"out of it, but not a manifest": {target: outside + "/secret.yaml", name: "app/b.txt", want: []string{"a"}},
		"to itself":                     {target: "b.yaml", name: "app/b.yaml", fails: `failed to evaluate symlink at "b.yaml"`},
		"over a link out":               {target: "../out/secret.yaml", name: "app/b.yaml", fails: "illegal filepath"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "app/a.yaml", config("a"), "lib/b.txt", config("b"))
			link(t, root, outside, "out")
			link(t, root, tt.target, tt.name)
			in := plain(t, root, tt.options)
			in.Dir = filepath.Join(root, "app")
			got, err := rendered(t, New(Options{}), in)
			if tt.fails != "" {
				wantError(t, err, "finding manifests: ", tt.fails)
				if strings.Contains(err.Error(), root) || fault.FileOf(err) != "b.yaml" {
					t.Errorf("the error shows the tree or no file: %v", err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

// A source path that is itself a link holds no manifests for Argo CD, which
// doesn't follow it.
func TestSelectLinkedDirectory(t *testing.T) {
	t.Parallel()
	root := tree(t, "real/a.yaml", config("a"))
	link(t, root, "real", "app")
	in := plain(t, root, argocd.Directory{})
	in.Dir = filepath.Join(root, "app")
	if got, err := rendered(t, New(Options{}), in); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSelectOddFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t, "a.yaml", config("a"))
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Skip(err)
	}
	got, err := rendered(t, New(Options{}), plain(t, dir, argocd.Directory{}))
	if diff := cmp.Diff([]string{"a"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestSelectSize(t *testing.T) {
	t.Parallel()
	half := config("a") + "# " + strings.Repeat("x", 50)
	size := int64(len(half))
	tests := map[string]struct {
		files []string
		limit int64
		fails string
	}{
		"up to the limit":                  {[]string{"a.yaml", half, "b.yaml", half}, 2 * size, ""},
		"one more byte":                    {[]string{"a.yaml", half, "b.yaml", half}, 2*size - 1, "b.yaml: exceeded max combined manifest file size"},
		"what is ignored counts as well":   {[]string{"a.yaml", half, "b.json", "{}", "c.yml", strings.Repeat("- x\n", 100)}, 2 * size, "c.yml: exceeded max"},
		"no limit":                         {[]string{"a.yaml", half, "b.yaml", half}, -1, ""},
		"files with the marker are free":   {[]string{"a.yaml", half, "b.yaml", half + skipMarker}, size, ""},
		"so are excluded ones":             {[]string{"a.yaml", half, "x.yaml", half}, size, ""},
		"so is Jsonnet":                    {[]string{"a.yaml", half, "b.jsonnet", "/* " + half + " */ null"}, size, ""},
		"the default is 10 MB, decimal":    {[]string{"a.yaml", config("a") + "# " + strings.Repeat("x", 10_000_000-len(config("a"))-2)}, 0, ""},
		"the default plus one byte":        {[]string{"a.yaml", config("a") + "# " + strings.Repeat("x", 10_000_001-len(config("a"))-2)}, 0, "exceeded max"},
		"a huge Jsonnet file":              {[]string{"a.jsonnet", strings.Repeat(" ", maxSourceFile) + "1"}, 0, "a.jsonnet: expected a file of at most 32 MiB"},
		"a huge manifest without a limit":  {[]string{"a.yaml", config("a") + "# " + strings.Repeat("x", maxSourceFile)}, -1, ""},
		"a huge manifest is not even read": {[]string{"a.yaml", config("a") + "# " + strings.Repeat("x", maxSourceFile)}, 0, "a.yaml: expected a file of at most 32 MiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := plain(t, tree(t, tt.files...), argocd.Directory{Exclude: "{x.yaml,b.json}"})
			_, err := rendered(t, New(Options{MaxDirectorySize: tt.limit}), in)
			if tt.fails == "" && err != nil {
				t.Error(err)
			}
			if tt.fails != "" {
				wantError(t, err, tt.fails)
			}
		})
	}
}
