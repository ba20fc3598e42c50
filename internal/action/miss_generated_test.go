package action

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
)

var (
	firstSeed = flag.Uint64("seed", 1, "the first generated repository of TestNothingIsMissedInGenerated")
	seeds     = flag.Uint64("seeds", 5, "how many generated repositories it tries")
)

// TestNothingIsMissedInGenerated changes, deletes and adds every file of
// repositories that are made up from seeds, and asks whether each Application
// whose render changes by it was selected. A name such as seed-7 is run again by
// -seed 7 -seeds 1. What manifest-generate-paths leaves out would have to be excused
// for plugins alone: for other sources it only adds to what they read.
func TestNothingIsMissedInGenerated(t *testing.T) {
	t.Parallel()
	for seed := *firstSeed; seed < *firstSeed+*seeds; seed++ {
		t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
			t.Parallel()
			newMissing(t, newScape(seed)).run()
		})
	}
}

// missing looks for misses in one generated repository.
type missing struct {
	*testing.T
	scape      *scape
	base, head string
	before     map[argocd.ID]string
	tried      int
}

func newMissing(t *testing.T, s *scape) *missing {
	m := &missing{T: t, scape: s, base: t.TempDir(), head: t.TempDir()}
	for _, dir := range []string{m.base, m.head} {
		for name, text := range s.files {
			m.write(filepath.Join(dir, name), text)
		}
		for name, target := range s.links {
			m.link(filepath.Join(dir, name), target)
		}
	}
	d, k := m.discover(nil)
	m.before = m.renders(d, k, nil)
	for id, text := range m.before {
		if text == failed {
			t.Errorf("%s does not render before anything changes", id)
		}
	}
	return m
}

func (m *missing) run() {
	for _, name := range slices.Sorted(maps.Keys(m.scape.files)) {
		text := m.scape.files[name]
		changed := strings.ReplaceAll(text, "tok", "kot")
		if changed == text {
			changed = settable.ReplaceAllString(text, "${1}${2}1${3}")
		}
		m.try("changing "+name, name, changed)
		m.remove(filepath.Join(m.head, name))
		m.check("deleting "+name, name)
		m.write(filepath.Join(m.head, name), text)
		if beside := path.Join(path.Dir(name), "0"+path.Base(name)); m.scape.files[beside] == "" && !strings.HasPrefix(name, "apps/") {
			m.try("adding "+beside, beside, strings.ReplaceAll(changed, "name: ", "name: new-"))
			m.remove(filepath.Join(m.head, beside))
		}
	}
	for _, name := range m.scape.absent {
		m.try("adding "+name, name, map[bool]string{true: "{ level: 'added' }\n", false: "added: tok\n"}[strings.HasSuffix(name, "sonnet")])
		m.remove(filepath.Join(m.head, name))
		m.clean(path.Dir(name))
	}
	for name, target := range m.scape.links {
		m.remove(filepath.Join(m.head, name))
		m.check("deleting the link "+name, name)
		m.link(filepath.Join(m.head, name), target)
	}
	m.Logf("%d mutations of %d files in %d Applications", m.tried, len(m.scape.files), len(m.before))
}

func (m *missing) try(what, name, text string) {
	m.write(filepath.Join(m.head, name), text)
	m.check(what, name)
	if before, ok := m.scape.files[name]; ok {
		m.write(filepath.Join(m.head, name), before)
	}
}

const failed = "failed"

// check compares base and head, which differ in one file.
func (m *missing) check(what, name string) {
	m.Helper()
	m.tried++
	d, k := m.discover([]string{name})
	selected, _ := d.selectAffected()
	known := map[argocd.ID]bool{}
	for _, s := range selected {
		known[s.ID], known[s.RenamedFrom] = true, true
	}
	after := m.renders(d, k, known)
	for id := range union(m.before, after) {
		if !known[id] && m.before[id] != after[id] {
			m.Errorf("%s changes %s, which was not selected:\n%s", what, id, cmp.Diff(m.before[id], after[id]))
		}
	}
}

// renders renders Applications of head, apart from those to leave out.
func (m *missing) renders(d *comparison, k *kitchen, without map[argocd.ID]bool) map[argocd.ID]string {
	all := slices.DeleteFunc(slices.Clone(d.found[1].Applications), func(a argocd.Application) bool { return without[a.ID("argocd")] })
	renders := map[argocd.ID]string{}
	for i, r := range k.memoAll(context.WithoutCancel(m.Context()), all, 1) {
		text := string(manifest.YAML(r.objects))
		if r.Err != nil {
			text = failed
			m.Logf("%s: %v", all[i].Name, r.Err)
		}
		renders[all[i].ID("argocd")] = text
	}
	return renders
}

func (m *missing) discover(changed []string) (*comparison, *kitchen) {
	m.Helper()
	d := newComparison(m.T, []string{"--base-dir", m.base, "--head-dir", m.head, "--repository", "svc-design/gitops", "--base-branch", "main"})
	if diff := cmp.Diff(changed, d.trees.changed); diff != "" && changed != nil && len(d.trees.changed) > 0 {
		m.Errorf("changed paths (-want +got):\n%s", diff)
	}
	k, _, err := d.discover(m.Context(), 0, 1)
	if err != nil {
		m.Fatal(err)
	}
	return d, k
}

func (m *missing) write(file, text string) {
	m.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		m.Fatal(err)
	}
}

func (m *missing) link(file, target string) {
	m.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.Symlink(target, file); err != nil {
		m.Fatal(err)
	}
}

func (m *missing) remove(file string) {
	m.Helper()
	if err := os.Remove(file); err != nil {
		m.Fatal(err)
	}
}

// clean removes directories that are empty; Git has none.
func (m *missing) clean(dir string) {
	for ; dir != "."; dir = path.Dir(dir) {
		if os.Remove(filepath.Join(m.head, dir)) != nil {
			return
		}
	}
}
