package action

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/render"
)

// missing looks for Applications that a change reaches and nobody selected. base
// stays as it is, head has one mutation after the other.
type missing struct {
	*testing.T
	base, head string
	flags      []string
	before     map[argocd.ID]string
	// commands are the Applications that a command renders. Starting it for each
	// mutation would take minutes.
	commands ids
	// spared are the mutations that select them not.
	spared  map[argocd.ID][]mutation
	renders int
	// kept is the cache-dir of all runs that may have one.
	kept string
}

// mutation is what happens to one file of head.
type mutation struct {
	kind, file  string
	apply, undo func()
}

// ids are Applications.
type ids map[argocd.ID]bool

// failed is the render of what does not render.
const failed = "failed"

func newMissing(t *testing.T, base, head string, flags []string) *missing {
	m := &missing{T: t, base: base, head: head, flags: flags, commands: ids{}, spared: map[argocd.ID][]mutation{}, kept: t.TempDir()}
	d, k := m.discover(head, 1)
	m.before = m.render(d, k, func(argocd.ID) bool { return true })
	for id, r := range k.memo[1] {
		for _, s := range r.Sources {
			m.commands[id] = m.commands[id] || s.Type == string(render.Plugin)
		}
	}
	m.checkKept("nothing", maps.Clone(m.found(d)))
	return m
}

// run tries one mutation after the other.
func (m *missing) run(all []mutation) {
	for _, mutation := range all {
		mutation.apply()
		m.check(mutation)
		mutation.undo()
	}
	for id, spared := range m.spared {
		m.together(id, spared)
	}
	m.Logf("%d mutations in %d Applications, %d renders of those that were not selected", len(all), len(m.before), m.renders)
}

// check compares base and head, which differ in one file. What was selected can't
// be missed: only the others are rendered.
func (m *missing) check(mutation mutation) {
	m.Helper()
	d, k := m.discover(m.base, 0, 1)
	if len(d.trees.changed) == 0 {
		return // no value to change
	}
	if diff := cmp.Diff([]string{mutation.file}, d.trees.changed); diff != "" {
		m.Errorf("changed paths (-want +got):\n%s", diff)
	}
	selected, left := selectedBy(d), ids{}
	for id := range m.found(d) {
		switch {
		case selected[id]:
		case m.commands[id]:
			m.spared[id] = append(m.spared[id], mutation)
		default:
			left[id] = true
		}
	}
	m.compare(mutation.kind+" "+mutation.file, left)
	m.checkKept(mutation.kind+" "+mutation.file, selected)
	m.checkShared(d, k, mutation.kind+" "+mutation.file)
}

// checkShared renders what was selected with what base rendered of it, which may
// not show.
func (m *missing) checkShared(d *comparison, k *kitchen, what string) {
	m.Helper()
	selected, _ := d.selectAffected()
	for _, s := range selected {
		both := k.alike.twins(s.Base, s.Head, nil)
		if !slices.ContainsFunc(both, func(t *twin) bool { return t != nil }) {
			continue
		}
		k.fresh(m.Context(), s.Base, 0, both, nil)
		if r := k.fresh(m.Context(), s.Head, 1, both, nil); r.Err == nil {
			if diff := cmp.Diff(m.rendersOf(ids{s.ID: true})[s.ID], string(manifest.YAML(r.objects))); diff != "" {
				m.Errorf("%s: %s shares a render that differs:\n%s", what, s.ID, diff)
			}
		}
	}
}

// checkKept renders what was selected with all that earlier runs kept, which may
// not show: a file that the key of a render lacks would. What comes new is not
// looked at, nor what is made up each time.
func (m *missing) checkKept(what string, some ids) {
	m.Helper()
	with := *m
	with.flags = append(slices.Clone(m.flags), "--cache-dir", m.kept)
	d, k := with.discover(m.head, 1)
	got := with.render(d, k, func(id argocd.ID) bool { return some[id] && !m.commands[id] })
	if d.closeCache(); k.cook.cached.Load() == 0 {
		return
	}
	want := m.rendersOf(some)
	for id, text := range got {
		if text != want[id] && !k.memo[1][id].volatile {
			m.Errorf("%s: %s shows a render from before it:\n%s", what, id, cmp.Diff(want[id], text))
		}
	}
}

// together asks for an Application that a command renders whether all mutations of
// a kind that did not select it leave its render alone. If not, each is tried for
// itself to find out which.
func (m *missing) together(id argocd.ID, spared []mutation) {
	kinds := map[string][]mutation{}
	for _, mutation := range spared {
		kinds[mutation.kind] = append(kinds[mutation.kind], mutation)
	}
	for _, group := range kinds {
		for _, mutation := range group {
			mutation.apply()
		}
		same := m.rendersOf(ids{id: true})[id] == m.before[id]
		for _, mutation := range group {
			mutation.undo()
		}
		for i := 0; i < len(group) && !same; i++ {
			group[i].apply()
			m.compare(group[i].kind+" "+group[i].file, ids{id: true})
			group[i].undo()
		}
	}
}

// compare renders Applications that were not selected.
func (m *missing) compare(what string, left ids) {
	m.Helper()
	if len(left) == 0 {
		return
	}
	after := m.rendersOf(left)
	for id := range left {
		if m.before[id] != after[id] {
			m.Errorf("%s changes %s, which was not selected:\n%s", what, id, cmp.Diff(m.before[id], after[id]))
		}
	}
}

// rendersOf renders Applications of head as if it had always been as it is now:
// with its own plugins, which are an input like any other.
func (m *missing) rendersOf(some ids) map[argocd.ID]string {
	m.Helper()
	d, k := m.discover(m.head, 1)
	return m.render(d, k, func(id argocd.ID) bool { return some[id] })
}

func (m *missing) render(d *comparison, k *kitchen, wanted func(argocd.ID) bool) map[argocd.ID]string {
	all := slices.DeleteFunc(slices.Clone(d.found[1].Applications), func(a argocd.Application) bool { return !wanted(a.ID("argocd")) })
	renders := map[argocd.ID]string{}
	for i, r := range k.memoAll(context.WithoutCancel(m.Context()), all, 1) {
		text := string(manifest.YAML(r.objects))
		if r.Err != nil {
			text = failed
			m.Logf("%s: %v", all[i].Name, r.Err)
		}
		renders[all[i].ID("argocd")] = text
	}
	m.renders += len(renders)
	return renders
}

// discover finds the Applications of head, and of base if sides say so. On a busy
// machine a render that takes long is no miss.
func (m *missing) discover(base string, sides ...int) (*comparison, *kitchen) {
	m.Helper()
	d := newComparison(m.T, append([]string{
		"--base-dir", base, "--head-dir", m.head, "--repository", "svc-design/gitops", "--base-branch", "main",
		"--plugin-timeout", "10m", "--render-timeout", "10m",
	}, m.flags...))
	k, _, err := d.discover(m.Context(), sides...)
	if err != nil {
		m.Fatal(err)
	}
	return d, k
}

// found gives the Applications that are, or were, there.
func (m *missing) found(d *comparison) ids {
	all := ids{}
	for id := range m.before {
		all[id] = true
	}
	for _, a := range d.found[1].Applications {
		all[a.ID("argocd")] = true
	}
	return all
}

// selectedBy gives what is selected, also under the name that it had before.
func selectedBy(d *comparison) ids {
	selected, _ := d.selectAffected()
	all := ids{}
	for _, s := range selected {
		all[s.ID], all[s.RenamedFrom] = true, true
	}
	return all
}

func (m *missing) rewriting(kind, file, before, after string) mutation {
	path := filepath.Join(m.head, file)
	return mutation{kind, file, func() { putFile(m.T, path, after) }, func() { putFile(m.T, path, before) }}
}

func (m *missing) deleting(file, before string) mutation {
	path := filepath.Join(m.head, file)
	return mutation{"deleting", file, func() { m.remove(path) }, func() { putFile(m.T, path, before) }}
}

// adding a file leaves no directory behind that nothing else is in; Git has none.
func (m *missing) adding(file, text string) mutation {
	path := filepath.Join(m.head, file)
	return mutation{"adding", file, func() { putFile(m.T, path, text) }, func() {
		m.remove(path)
		for dir := filepath.Dir(path); dir != m.head && os.Remove(dir) == nil; {
			dir = filepath.Dir(dir)
		}
	}}
}

func (m *missing) unlinking(file, target string) mutation {
	path := filepath.Join(m.head, file)
	return mutation{"deleting the link", file, func() { m.remove(path) }, func() { link(m.T, path, target) }}
}

func (m *missing) remove(file string) {
	m.Helper()
	if err := os.Remove(file); err != nil {
		m.Fatal(err)
	}
}

func putFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, file, target string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, file); err != nil {
		t.Fatal(err)
	}
}
