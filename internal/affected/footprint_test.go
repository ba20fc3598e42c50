package affected

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

// TestFootprintsMissNothing changes every file of the repositories that the tests
// have, in several ways, and wants Footprints to make no difference to what is
// selected and to what is read.
func TestFootprintsMissNothing(t *testing.T) {
	t.Parallel()
	bases, err := filepath.Glob("../../testdata/repos/*/base")
	if err != nil || len(bases) == 0 {
		t.Fatalf("found %d repositories, %v", len(bases), err)
	}
	for _, dir := range bases {
		t.Run(filepath.Base(filepath.Dir(dir)), func(t *testing.T) {
			t.Parallel()
			base := loadFiles(t, dir)
			for name, head := range changes(base) {
				sameAnswers(t, base, head, strings.Split(name, " "))
			}
			other := loadFiles(t, filepath.Join(filepath.Dir(dir), "head"))
			sameAnswers(t, base, other, differing(base, other))
		})
	}
}

// TestFootprintsSeeMore has files that are read by way of a link alone, and some
// that only the render can name.
func TestFootprintsSeeMore(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }
	base := fstest.MapFS{
		"app.yaml": file("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a\nspec:\n  source:\n    repoURL: https://example.com/o/r\n    path: overlay\n" +
			"    helm:\n      valueFiles: [../link/values.yaml, ../missing/dir/values.yaml]\n"),
		"variable.yaml": file("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: b\nspec:\n  source:\n    repoURL: https://example.com/o/r\n    path: else\n" +
			"    helm:\n      valueFiles: [../real/$ARGOCD_APP_NAME.yaml]\n"),
		"overlay/kustomization.yaml": file("resources: [../link/missing, ../link/there]\n"),
		"link":                       {Data: []byte("real"), Mode: fs.ModeSymlink | 0o777},
		"real/there/deployment.yaml": file("kind: Deployment\n"),
		"real/values.yaml":           file("a: b\n"),
		"else/values.yaml":           file("a: c\n"),
	}
	for name, head := range changes(base) {
		sameAnswers(t, base, head, strings.Split(name, " "))
	}
	head := edited(base, func(m fstest.MapFS) { m["real/missing/kustomization.yaml"] = file("resources: [a.yaml]\n") })
	sameAnswers(t, base, head, []string{"real/missing/kustomization.yaml"})
	head = edited(base, func(m fstest.MapFS) { m["link"] = &fstest.MapFile{Data: []byte("else"), Mode: fs.ModeSymlink | 0o777} })
	sameAnswers(t, base, head, []string{"link"})
	head = edited(base, func(m fstest.MapFS) {
		m["missing"] = &fstest.MapFile{Data: []byte("real"), Mode: fs.ModeSymlink | 0o777}
	})
	sameAnswers(t, base, head, []string{"missing"})
}

func edited(m fstest.MapFS, change func(fstest.MapFS)) fstest.MapFS {
	changed := fstest.MapFS{}
	for name, f := range m {
		changed[name] = f
	}
	change(changed)
	return changed
}

// changes gives trees that differ from one in the paths of their names: each file
// is emptied, is gone, becomes a directory or a link, and names what lies above it.
func changes(base fstest.MapFS) map[string]fstest.MapFS {
	all := map[string]fstest.MapFS{}
	for name, f := range base {
		put := func(text string, mode fs.FileMode) fstest.MapFS {
			return edited(base, func(m fstest.MapFS) { m[name] = &fstest.MapFile{Data: []byte(text), Mode: mode} })
		}
		all[name] = put("{}", 0o644)
		all[name+" "] = put(string(f.Data)+"\nresources: [..]\ndependencies: [{name: x, repository: 'file://..'}]\n", 0o644)
		all[name+"  "] = put("..", fs.ModeSymlink|0o777)
		all[name+"   "] = edited(base, func(m fstest.MapFS) { delete(m, name) })
		all[name+" "+name+"/below.yaml"] = edited(base, func(m fstest.MapFS) {
			m[name+"/below.yaml"] = f
			delete(m, name)
		})
		all[filepath.Dir(name)+"/kustomization.yaml"] = edited(base, func(m fstest.MapFS) {
			m[filepath.Dir(name)+"/kustomization.yaml"] = &fstest.MapFile{Data: []byte("resources: [..]\n"), Mode: 0o644}
		})
	}
	return all
}

// sameAnswers compares what is found with Footprints and without.
func sameAnswers(t *testing.T, base, head fstest.MapFS, changed []string) {
	t.Helper()
	changed = slices.DeleteFunc(changed, func(name string) bool { return name == "" })
	before, err := argocd.Scan(base)
	if err != nil {
		t.Fatal(err)
	}
	after, err := before.Rescan(head, changed)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(prints bool) (answers [][]string) {
		tree := NewTree(base)
		q := Query{Base: Side{Tree: tree}, Head: Side{Tree: tree.Changed(head, changed)}, Changed: changed, ControlPlane: "argocd"}
		for i, files := range []*argocd.Files{before, after} {
			found, _ := files.Applications()
			[]*Side{&q.Base, &q.Head}[i].Applications = found.Applications
			q.Repository.URLs = append(q.Repository.URLs, urls(found.Applications)...)
		}
		q.Plugins, _ = before.Plugins()
		if prints {
			q.Footprints = NewFootprints(q)
		}
		mentions := q
		for i, files := range []*argocd.Files{before, after} {
			mentions.Changed = files.Mentions()
			reader := NewReader(mentions, i)
			side := []Side{q.Base, q.Head}[i]
			for a := range side.Applications {
				if reader.Reads(&side.Applications[a]) {
					answers = append(answers, []string{"reads", side.Applications[a].Name})
				}
			}
		}
		selected, _ := Select(q)
		for _, s := range selected {
			answers = append(answers, append([]string{s.ID.String()}, s.Reasons...))
		}
		return answers
	}
	if diff := cmp.Diff(ask(false), ask(true)); diff != "" {
		t.Errorf("%q changed (-without +with footprints):\n%s", changed, diff)
	}
}

// urls takes every repository for this one.
func urls(all []argocd.Application) (list []string) {
	for _, a := range all {
		sources, _ := a.EffectiveSources()
		for _, s := range sources {
			list = append(list, s.RepoURL)
		}
	}
	return list
}

func loadFiles(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func differing(a, b fstest.MapFS) (names []string) {
	for name, f := range a {
		if b[name] == nil || string(b[name].Data) != string(f.Data) {
			names = append(names, name)
		}
	}
	for name := range b {
		if a[name] == nil {
			names = append(names, name)
		}
	}
	return names
}
