package applicationset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository is a tree with what matters to Git generators.
func repository(t *testing.T) string {
	return write(t, map[string]string{
		"apps/One App/a.yaml": "x", "apps/two/deep/er/a.yaml": "x", "apps/.hidden/in/a.yaml": "x", ".github/x.yaml": "x", ".git/HEAD": "x",
		"c/prod/config.json": `{"name": "prod", "n": 1000000, "deep": {"list": ["a", {"b": null}], "none": {}}}`,
		"c/test/config.yaml": "- name: t1\n- name: t2\n",
		"c/empty.yaml":       "", "c/null.yaml": "null", "c/bad.yaml": "[1, 2]", "root.yaml": "name: root",
		"c/values.yaml": "{name: v, values: {kept: no}}",
	})
}

// paths gives what one parameter holds in each set.
func paths(t *testing.T, got any, key string) []string {
	t.Helper()
	list := []string{}
	all, ok := got.(sets)
	if !ok {
		t.Fatalf("%v", got)
	}
	for _, params := range all {
		list = append(list, params[key].(string))
	}
	return list
}

func TestGitDirectories(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ directories, want string }{
		"a star stays within a name":          {`[{path: "apps/*"}]`, "apps/One App,apps/two"},
		"two stars are two stars":             {`[{path: "apps/**"}]`, "apps/One App,apps/two"},
		"a directory itself":                  {`[{path: "apps/two"}]`, "apps/two"},
		"below":                               {`[{path: "apps/*/*"}]`, "apps/two/deep"},
		"neither the root nor hidden ones":    {`[{path: "*"}, {path: "."}]`, "apps,c"},
		"exclude beats include, in any order": {`[{path: "apps/two", exclude: true}, {path: "apps/*"}]`, "apps/One App"},
		"a bad pattern matches nothing":       {`[{path: "apps/["}, {path: c}]`, "c"},
		"nothing is no error":                 {`[{path: "none/*"}]`, ""},
		"files are not looked at":             {`[{path: c}], files: [{path: root.yaml}]`, "c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := generate(t, false, `git: {repoURL: `+own+`, directories: `+test.directories+`}`, over(repository(t)))
			if found := strings.Join(paths(t, got, "path"), ","); found != test.want {
				t.Errorf("got %s, want %s", found, test.want)
			}
		})
	}
}

func TestGitDirectoryParameters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		goTemplate bool
		generator  string
		want       any
	}{
		"plain": {
			generator: `git: {repoURL: ` + own + `, directories: [{path: "apps/One*"}], values: {v: "{{path.basename}}-{{values.w}}", w: x}}`,
			want: sets{{"path": "apps/One App", "path.basename": "One App", "path.basenameNormalized": "one-app", "path[0]": "apps", "path[1]": "One App",
				"values.v": "One App-{{values.w}}", "values.w": "x"}},
		},
		"plain, prefixed": {
			generator: `git: {repoURL: ` + own + `, pathParamPrefix: my, directories: [{path: c}]}`,
			want:      sets{{"my.path": "c", "my.path.basename": "c", "my.path.basenameNormalized": "c", "my.path[0]": "c"}},
		},
		"Go": {
			goTemplate: true, generator: `git: {repoURL: ` + own + `, directories: [{path: "apps/One*"}], values: {v: "{{.path.basename}}"}}`,
			want: sets{{"path": map[string]any{"path": "apps/One App", "basename": "One App", "basenameNormalized": "one-app", "segments": []string{"apps", "One App"}},
				"values": map[string]string{"v": "One App"}}},
		},
		"Go, prefixed": {
			goTemplate: true, generator: `git: {repoURL: ` + own + `, pathParamPrefix: my, directories: [{path: c}]}`,
			want: sets{{"my": map[string]any{"path": map[string]any{"path": "c", "basename": "c", "basenameNormalized": "c", "segments": []string{"c"}}}}},
		},
		"neither directories nor files": {generator: `git: {repoURL: ` + own + `}`, want: "error: expected directories or files, found neither"},
		"another repository":            {generator: `git: {repoURL: https://b, directories: [{path: c}]}`, want: "error: it reads https://b, which is not this repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, generate(t, test.goTemplate, test.generator, over(repository(t)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGitFiles(t *testing.T) {
	t.Parallel()
	about := func(dir, file string) map[string]any {
		return map[string]any{"path": dir, "path.basename": filepath.Base(dir), "path.basenameNormalized": strings.Trim(filepath.Base(dir), "."),
			"path.filename": file, "path.filenameNormalized": file, "path[0]": dir}
	}
	with := func(m map[string]any, more map[string]any) map[string]any {
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for name, test := range map[string]struct {
		goTemplate bool
		files      string
		want       any
	}{
		"a map, flattened to texts": {files: `[{path: c/prod/*.json}]`, want: sets{{
			"name": "prod", "n": "1e+06", "deep.list.0": "a", "deep.list.1.b": "<nil>", "path": "c/prod", "path.basename": "prod",
			"path.basenameNormalized": "prod", "path.filename": "config.json", "path.filenameNormalized": "config.json", "path[0]": "c", "path[1]": "prod"}}},
		"an empty file is an empty map": {files: `[{path: c/empty.yaml}]`, want: sets{about("c", "empty.yaml")}},
		"so is null":                    {files: `[{path: c/null.yaml}]`, want: sets{about("c", "null.yaml")}},
		"a file at the root":            {files: `[{path: root.yaml}]`, want: sets{with(about(".", "root.yaml"), map[string]any{"name": "root"})}},
		"Go": {goTemplate: true, files: `[{path: root.yaml}]`, want: sets{{"name": "root", "path": map[string]any{
			"path": ".", "basename": ".", "basenameNormalized": "", "filename": "root.yaml", "filenameNormalized": "root.yaml", "segments": []string{"."}}}}},
		"values of the generator replace those of the file": {goTemplate: true, files: `[{path: c/values.yaml}], values: {a: b}`, want: sets{{
			"name": "v", "values": map[string]string{"a": "b"}, "path": map[string]any{"path": "c", "basename": "c", "basenameNormalized": "c",
				"filename": "values.yaml", "filenameNormalized": "values.yaml", "segments": []string{"c"}}}}},
		"a list of something else": {files: `[{path: c/bad.yaml}]`,
			want: "error: c/bad.yaml: expected a map or a list of maps: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go value of type map[string]interface {}"},
		"outside": {files: `[{path: ../x}]`, want: `error: expected a pattern inside the repository, found "../x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := generate(t, test.goTemplate, `git: {repoURL: `+own+`, files: `+test.files+`}`, over(repository(t)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGitFilesAreSortedAndExcluded(t *testing.T) {
	t.Parallel()
	got := generate(t, false, `git: {repoURL: `+own+`, files: [{path: c/test}, {path: "c/prod*", exclude: true}, {path: "c/*config*"}, {path: root.yaml}]}`, over(repository(t)))
	if diff := cmp.Diff([]string{"t1", "t2", "root"}, paths(t, got, "name")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGitFilesByGlob(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]any{
		"c/*.yaml":       sets{},
		"**/config.json": []string{"c/prod"},
		"c/*/config.*":   []string{"c/prod", "c/test", "c/test"},
		"/root.yaml":     []string{"."},
		"../x":           []string{},
		"../*/root.yaml": []string{"."},
		"c/**":           "error: c: reading the file: is a directory",
		"c/[":            `error: expected a glob, found "c/[": syntax error in pattern`,
	} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			o := over(repository(t))
			o.Doublestar = true
			got := generate(t, false, `git: {repoURL: `+own+`, files: [{path: "`+pattern+`"}, {path: "c/*.yaml", exclude: true}]}`, o)
			if list, ok := want.([]string); ok {
				if diff := cmp.Diff(list, paths(t, got, "path")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGitReadsNoFileOutsideOfTheTree(t *testing.T) {
	t.Parallel()
	root, secret := write(t, map[string]string{"in.yaml": "name: in"}), write(t, map[string]string{"s.yaml": "name: secret"})
	for link, target := range map[string]string{"out.yaml": filepath.Join(secret, "s.yaml"), "inner.yaml": "in.yaml"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok := generate(t, false, `git: {repoURL: `+own+`, files: [{path: out.yaml}]}`, over(root)).(string); !ok || !strings.Contains(got, "path escapes") {
		t.Errorf("got %v, want an error about a path that escapes", got)
	}
	if got := paths(t, generate(t, false, `git: {repoURL: `+own+`, files: [{path: inner.yaml}]}`, over(root)), "name"); len(got) != 1 || got[0] != "in" {
		t.Errorf("a link inside of the tree gives %v", got)
	}
}

func TestGitReadsOtherRepositories(t *testing.T) {
	t.Parallel()
	o := over(repository(t))
	o.Repositories = repositories{"https://b@v1": write(t, map[string]string{"there/x": "x"}), own + "@v2": write(t, map[string]string{"older/x": "x"})}
	text := `
generators:
- git: {repoURL: https://b, revision: v1, directories: [{path: "*"}]}
- git: {repoURL: ` + own + `, revision: v2, directories: [{path: "*"}]}
- git: {repoURL: https://lost, directories: [{path: "*"}]}
- git: {repoURL: ` + own + `, directories: [{path: "c"}]}
template: {metadata: {name: "{{path}}"}, spec: {project: p, destination: {name: c}, source: {repoURL: x, path: k}}}`
	got := expand(t, text, o)
	if diff := cmp.Diff([]string{"there", "older", "c"}, names(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Err == nil || !strings.Contains(got.Err.Error(), "generator 3 (git): reading https://lost: no such repository") {
		t.Errorf("Err = %v", got.Err)
	}
	if diff := cmp.Diff([][]string{nil, nil, {"c/"}}, [][]string{got.Applications[0].GeneratorInputs, got.Applications[1].GeneratorInputs, got.Applications[2].GeneratorInputs}); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

func TestGitWantsAProject(t *testing.T) {
	t.Parallel()
	for project, want := range map[string]string{"": "expected spec.template.spec.project", "{{path}}": ""} {
		text := `{generators: [{git: {repoURL: ` + own + `, directories: [{path: c}]}}], template: {metadata: {name: x}, spec: {project: "` + project + `", destination: {name: c}, source: {repoURL: x, path: k}}}}`
		err := expand(t, text, over(repository(t))).Err
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("project %q: %v", project, err)
		}
	}
}
