package action

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
)

// slowCases hang, flood, or run helmfile on many files. Their sources are plugins
// that any change selects; helmfiles that say what they read are in other cases.
var slowCases = []string{"itsm", "plugin-hangs", "plugin-floods", "plugin-leaves-child"}

// TestNothingIsMissed changes every file of every case in turn, and asks
// whether an Application whose render changes by it would have been rendered.
func TestNothingIsMissed(t *testing.T) {
	t.Parallel()
	cases, err := os.ReadDir(filepath.Join(root, "testdata", "repos"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if slices.Contains(slowCases, c.Name()) {
			continue
		}
		for _, side := range []string{"base", "head"} {
			t.Run(c.Name()+"/"+side, func(t *testing.T) {
				t.Parallel()
				missIn(t, filepath.Join(root, "testdata", "repos", c.Name()), side)
			})
		}
	}
}

// missIn tries each file of one tree with each mutation.
func missIn(t *testing.T, dir, side string) {
	tree := absolute(t, filepath.Join(dir, side))
	before := renderTree(t, dir, tree)
	for _, file := range filesOf(t, tree) {
		for name, mutate := range mutations() {
			changed := t.TempDir()
			if err := os.CopyFS(changed, os.DirFS(tree)); err != nil {
				t.Fatal(err)
			}
			mutate(t, filepath.Join(changed, file))
			after := renderTree(t, dir, changed)
			d, k := comparisonOf(t, dir, tree, changed)
			selected := selectIn(d)
			checkShared(t, d, k, name+" of "+file, after)
			for id := range union(before, after) {
				if before[id] != after[id] && !slices.Contains(selected, id) {
					t.Errorf("%s of %s changes %s, which was not selected:\n%s", name, file, id, cmp.Diff(before[id], after[id]))
				}
			}
		}
	}
}

var settable = regexp.MustCompile(`(?m)^(\s*(?:- )*[\w./-]+:\s+"?)([\w.-]+)("?)\s*$`)

// mutations are what happens to a file.
func mutations() map[string]func(*testing.T, string) {
	rewrite := func(f func(string) string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			t.Helper()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(f(string(data))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return map[string]func(*testing.T, string){
		"deletion": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
		"change of all values": rewrite(func(s string) string { return settable.ReplaceAllString(s, "${1}${2}1${3}") }),
		"change of the last value": rewrite(func(s string) string {
			if at := settable.FindAllStringSubmatchIndex(s, -1); len(at) > 0 {
				end := at[len(at)-1][5]
				return s[:end] + "2" + s[end:]
			}
			return s + "x"
		}),
	}
}

// comparisonOf sets up a run over two directories.
func comparisonOf(t *testing.T, dir, base, head string) (*comparison, *kitchen) {
	t.Helper()
	d := newComparison(t, append([]string{
		"--base-dir", base, "--head-dir", head, "--repository", "svc-design/gitops", "--base-branch", "main",
		"--mirrors", "https://charts.onwalk.net=" + absolute(t, filepath.Join(root, "testdata", "helm-repository", "served")),
	}, readCase(t, dir).Flags...))
	k, _, err := d.discover(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return d, k
}

// newComparison puts two directories on disk, as far as arguments ask for it.
func newComparison(t *testing.T, args []string) *comparison {
	t.Helper()
	env := readEnvironment(testEnvironment(t))
	in, err := parse(commands()[0], args, env, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	d := &comparison{env: env, in: in, log: newLogger(env, io.Discard, false), scratch: t.TempDir()}
	if err := d.checkOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// renderTree renders every Application of a tree; a failure is a render, too.
func renderTree(t *testing.T, dir, tree string) map[argocd.ID]string {
	t.Helper()
	d, k := comparisonOf(t, dir, tree, tree)
	renders := map[argocd.ID]string{}
	for i, r := range k.memoAll(context.WithoutCancel(t.Context()), d.found[1].Applications, 1) {
		text := string(manifest.YAML(r.objects))
		if r.Err != nil {
			text = "failed"
		}
		renders[d.found[1].Applications[i].ID("argocd")] = text
	}
	return renders
}

// checkShared renders head's Applications with what base rendered of them, which
// may not show.
func checkShared(t *testing.T, d *comparison, k *kitchen, what string, want map[argocd.ID]string) {
	t.Helper()
	selected, _ := d.selectAffected()
	for _, s := range selected {
		both := k.alike.twins(s.Base, s.Head, nil)
		if !slices.ContainsFunc(both, func(t *twin) bool { return t != nil }) {
			continue
		}
		k.fresh(t.Context(), s.Base, 0, both, nil)
		if r := k.fresh(t.Context(), s.Head, 1, both, nil); r.Err == nil {
			if diff := cmp.Diff(want[s.ID], string(manifest.YAML(r.objects))); diff != "" {
				t.Errorf("%s: %s shares a render that differs:\n%s", what, s.ID, diff)
			}
		}
	}
}

func selectIn(d *comparison) (ids []argocd.ID) {
	selected, _ := d.selectAffected()
	for _, s := range selected {
		ids = append(ids, s.ID)
		if s.RenamedFrom != (argocd.ID{}) {
			ids = append(ids, s.RenamedFrom)
		}
	}
	return ids
}

func filesOf(t *testing.T, tree string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, strings.TrimPrefix(path, tree+string(os.PathSeparator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func union(a, b map[argocd.ID]string) map[argocd.ID]bool {
	all := map[argocd.ID]bool{}
	for id := range a {
		all[id] = true
	}
	for id := range b {
		all[id] = true
	}
	return all
}
