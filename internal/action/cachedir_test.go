package action

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/process"
	"github.com/argoplan/argoplan/internal/report"
)

// runKept runs a case and gives the files and texts that may not depend on what
// an earlier run left, and the log.
func runKept(t *testing.T, dir string, flags ...string) (files map[string]string, log string) {
	t.Helper()
	out := t.TempDir()
	args := slices.Concat([]string{
		"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"),
		"--repository", "svc-design/gitops", "--base-branch", "main", "--report-dir", out,
		"--mirrors", "https://charts.onwalk.net=" + absolute(t, filepath.Join(root, "testdata", "helm-repository", "served")),
	}, readCase(t, dir).Flags, flags)
	var stdout, stderr bytes.Buffer
	status := Main(t.Context(), args, testEnvironment(t), &stdout, &stderr)
	files = map[string]string{"comment": stdout.String(), "status": string(rune('0' + status))}
	for _, name := range []string{"report.json", "report.md", "report.html"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files, stderr.String()
}

// TestCachedRunsReportTheSame runs every case without a cache, with an empty one
// and with a full one.
func TestCachedRunsReportTheSame(t *testing.T) {
	t.Parallel()
	cases, err := os.ReadDir(filepath.Join(root, "testdata", "repos"))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	hits := 0
	t.Cleanup(func() {
		if hits < 30 {
			t.Errorf("%d cases found anything in the cache, want more", hits)
		}
	})
	for _, c := range cases {
		if slices.Contains([]string{"itsm", "plugin-hangs", "plugin-floods", "plugin-leaves-child"}, c.Name()) {
			continue // slow, and plugins, of which nothing is kept
		}
		t.Run(c.Name(), func(t *testing.T) {
			t.Parallel()
			dir, kept := filepath.Join(root, "testdata", "repos", c.Name()), t.TempDir()
			want, _ := runKept(t, dir)
			cold, _ := runKept(t, dir, "--cache-dir", kept)
			warm, log := runKept(t, dir, "--cache-dir", kept)
			if diff := cmp.Diff(want, cold); diff != "" {
				t.Errorf("with an empty cache (-without +with):\n%s", diff)
			}
			if diff := cmp.Diff(want, warm); diff != "" {
				t.Errorf("with a full cache (-without +with):\n%s", diff)
			}
			if !strings.Contains(log, " 0 came from cache-dir") && strings.Contains(log, "came from cache-dir") {
				mu.Lock()
				defer mu.Unlock()
				hits++
			}
		})
	}
}

const cachedBase = "-- apps/a.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {destination: {name: in-cluster, namespace: web}, " +
	"source: {repoURL: https://github.com/svc-design/gitops.git, targetRevision: main, path: chart}}\n" +
	"-- chart/Chart.yaml --\napiVersion: v2\nname: chart\nversion: 1.0.0\n-- chart/values.yaml --\na: 1\n" +
	"-- chart/templates/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: {{ .Values.a | quote }}}\n"

const cachedHead = "-- chart/values.yaml --\na: 2\n"

// cachedRun renders what differs, and counts what an earlier run had rendered.
func cachedRun(t *testing.T, over string, flags ...string) (cached int64, parts []report.Part) {
	t.Helper()
	d, k := laidOut(t, cachedBase, over, flags...)
	selected, _ := d.selectAffected()
	parts = k.renderAll(t.Context(), selected)
	d.closeCache()
	return k.cook.cached.Load(), parts
}

// TestWarmRunRendersNothing counts renders with a full cache, and with one that
// lacks what changed since.
func TestWarmRunRendersNothing(t *testing.T) {
	t.Parallel()
	flags := []string{"--cache-dir", t.TempDir()}
	for _, step := range []struct {
		name, over string
		want       int64
	}{
		{"empty", cachedHead, 0},
		{"full", cachedHead, 2},
		{"another head", "-- chart/values.yaml --\na: 3\n", 1},
		{"a file beside it", cachedHead + "-- other/file --\nx\n", 2},
		{"another template", "-- chart/templates/d.yaml --\n", 1},
		{"full again", cachedHead, 2},
	} {
		if got, _ := cachedRun(t, step.over, flags...); got != step.want {
			t.Errorf("%s: %d renders came from the cache, want %d", step.name, got, step.want)
		}
	}
	for name, other := range map[string][]string{
		"another Kubernetes": {"--kube-version", "1.30.0"},
		"another Argo CD":    {"--argocd-version", "3.5"},
		"more APIs":          {"--api-versions", "example.com/v1"},
	} {
		if got, _ := cachedRun(t, cachedHead, append(other, flags...)...); got != 0 {
			t.Errorf("%s: %d renders came from the cache", name, got)
		}
	}
}

// TestBrokenCacheIsAMiss overwrites all that a run kept.
func TestBrokenCacheIsAMiss(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(data []byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"truncated": func(data []byte) []byte { return data[:len(data)-1] },
		"garbage":   func(data []byte) []byte { return bytes.Repeat([]byte("x"), len(data)) },
		"changed":   func(data []byte) []byte { return bytes.ReplaceAll(data, []byte(`"1"`), []byte(`"9"`)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, files := t.TempDir(), 0
			_, want := cachedRun(t, cachedHead, "--cache-dir", dir)
			err := filepath.WalkDir(filepath.Join(dir, "v1"), func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				files++
				data, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				return os.WriteFile(path, spoil(data), 0o600)
			})
			if err != nil || files != 2 {
				t.Fatalf("%d files, %v", files, err)
			}
			cached, got := cachedRun(t, cachedHead, "--cache-dir", dir)
			if cached > 0 && name != "changed" || cached > 1 {
				t.Errorf("%d renders came from the cache", cached)
			}
			if diff := cmp.Diff(want[0].Application.Changes, got[0].Application.Changes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnusableCacheIsAWarning gives a file for the directory.
func TestUnusableCacheIsAWarning(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "testdata", "repos", "value-change")
	want, _ := runKept(t, dir)
	got, log := runKept(t, dir, "--cache-dir", file)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Count(log, "cache-dir can't be used") != 1 {
		t.Errorf("the log is:\n%s", log)
	}
}

// TestCacheSpace never lets two strangers meet, nor one anybody else.
func TestCacheSpace(t *testing.T) {
	t.Parallel()
	from := func(text string) *comparison {
		file := filepath.Join(t.TempDir(), "event.json")
		writeFile(t, file, text)
		e, err := readEvent(file)
		if err != nil {
			t.Fatal(err)
		}
		return &comparison{event: e, env: environment{eventName: "pull_request", repository: e.Repository.FullName}}
	}
	pull := func(repo, head, number string) string {
		return `{"number":` + number + `,"repository":{"full_name":"` + repo + `"},"pull_request":{"number":` + number + `,"head":{"repo":{"full_name":"` + head + `"}}}}`
	}
	spaces := map[string]string{}
	for name, text := range map[string]string{
		"own": pull("o/r", "o/r", "7"), "a fork": pull("o/r", "s/r", "7"), "another pull request": pull("o/r", "s/r", "8"),
		"of another repository": pull("p/r", "s/r", "7"), "a deleted fork": pull("o/r", "", "9"),
	} {
		space, ok := from(text).cacheSpace()
		if !ok || (space == "trusted") != (name == "own") {
			t.Errorf("%s: %q, %t", name, space, ok)
		}
		if other, known := spaces[space]; known {
			t.Errorf("%s and %s share %s", name, other, space)
		}
		spaces[space] = name
	}
	if space, ok := from(`{"issue":{"pull_request":{}}}`).cacheSpace(); ok {
		t.Errorf("a comment without a head has %s", space)
	}
	if space, ok := (&comparison{}).cacheSpace(); !ok || space != "trusted" {
		t.Errorf("outside of Actions: %q, %t", space, ok)
	}
}

// TestCacheNeedsConfinedPlugins keeps the cache from runs whose plugins could
// write to it.
func TestCacheNeedsConfinedPlugins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newComparison(t, []string{"--base-dir", t.TempDir(), "--head-dir", t.TempDir(), "--repository", "o/r", "--cache-dir", filepath.Join(dir, "cache")})
	d.plugins = append(d.plugins, argocd.PluginDefinition{})
	d.log = newLogger(d.env, io.Discard, false)
	if err := d.openCache((*process.Sandbox)(nil), nil); err != nil || d.cache != nil {
		t.Errorf("%v, %v", d.cache, err)
	}
	d.plugins = nil
	if err := d.openCache(nil, nil); err != nil || d.cache == nil {
		t.Errorf("without plugins: %v, %v", d.cache, err)
	}
	d.closeCache()
	for _, path := range []string{dir, filepath.Join(dir, "cache"), filepath.Join(dir, "cache", "v1")} {
		d.in.pluginWrite = []string{path}
		if err := d.openCache(nil, nil); err == nil {
			t.Errorf("plugins may write to %s", path)
		}
	}
}

// TestNothingKeptOfADirectoryInActions leaves out what an earlier step may have
// decrypted there.
func TestNothingKeptOfADirectoryInActions(t *testing.T) {
	t.Parallel()
	d := newComparison(t, []string{"--base-dir", t.TempDir(), "--head-dir", t.TempDir(), "--repository", "o/r", "--cache-dir", t.TempDir()})
	if err := d.openCache(nil, nil); err != nil {
		t.Fatal(err)
	}
	defer d.closeCache()
	for _, test := range []struct {
		actions bool
		commit  string
		want    bool
	}{{false, "", true}, {true, "", false}, {true, "abc", true}} {
		d.env.actions = test.actions
		if got := d.keep(1, test.commit) != nil; got != test.want {
			t.Errorf("%+v: kept is %t", test, got)
		}
	}
	d.in.submodules, d.trees.submodules[1] = true, map[string]string{"sub": "abc"}
	if d.keep(1, "abc") != nil {
		t.Error("a tree with submodules is kept")
	}
}

// TestTwoRunsAtOnce share one directory.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root, "testdata", "repos", "several-sources")
	want, _ := runKept(t, dir)
	kept := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got, _ := runKept(t, dir, "--cache-dir", kept, "--cache-size", "0"); !cmp.Equal(want, got) {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
	group.Wait()
}

func TestBuildOf(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if id, err := buildOf(self); err != nil || !strings.HasPrefix(id, "linked ") {
		t.Errorf("this program is %q, %v", id, err)
	}
	seen := map[string]string{}
	for _, text := range []string{"one", "two"} {
		file := filepath.Join(t.TempDir(), "program")
		writeFile(t, file, text)
		id, err := buildOf(file)
		if err != nil || seen[id] != "" {
			t.Errorf("%s is %q as %s, %v", text, id, seen[id], err)
		}
		seen[id] = text
	}
	if _, err := buildOf(filepath.Join(t.TempDir(), "nothing")); err == nil {
		t.Error("expected an error of no program")
	}
}
