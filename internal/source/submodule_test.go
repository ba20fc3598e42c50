package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// sibling is another repository of the same server and owner.
func (u *upstream) sibling(name string) *upstream {
	u.t.Helper()
	s := &upstream{t: u.t, dir: filepath.Join(filepath.Dir(u.dir), name), ids: map[string]string{}}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		u.t.Fatal(err)
	}
	s.git("init", "--quiet", "--initial-branch=main")
	return s
}

// submodules commits .gitmodules, and at each path the commit; urls and commits
// are by path.
func (u *upstream) submodules(name string, urls, commits map[string]string) {
	u.t.Helper()
	text := ""
	for path, url := range urls {
		text += "[submodule \"" + path + "\"]\n\tpath = " + path + "\n\turl = " + url + "\n"
	}
	write(u.t, filepath.Join(u.dir, ".gitmodules"), []byte(text))
	u.git("add", ".gitmodules")
	for path, commit := range commits {
		u.git("update-index", "--add", "--cacheinfo", "160000,"+commit+","+path)
	}
	u.git("commit", "--quiet", "--message=submodules")
	u.ids[name] = u.git("rev-parse", "HEAD")
}

func withSubmodules(o *Options) { o.Submodules = true }

func TestSubmodules(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	deep, lib := u.sibling("deep"), u.sibling("lib")
	deep.commit("main", "d.txt", "deep")
	if err := os.Symlink("../../app/a.yaml", filepath.Join(lib.dir, "up")); err != nil {
		t.Fatal(err)
	}
	lib.commit("first", "l.txt", "lib")
	lib.submodules("main", map[string]string{"deep": "../deep"}, map[string]string{"deep": deep.ids["main"]})
	lib.commit("later", "l.txt", "not this commit")
	other := newUpstream(t).serveGit("")
	u.submodules("main", map[string]string{"vendor/lib": "../lib", "other": other.URL + "/org/web"},
		map[string]string{"vendor/lib": lib.ids["main"], "other": newUpstream(t).ids["1.0.0"]})
	host := u.serveGit("")
	tree, err := gitFetcher(t, withSubmodules).Git(t.Context(), host.URL+"/org/web.git", "main", "")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"app/a.yaml": "three", "vendor/lib/l.txt": "lib", "vendor/lib/up": "three", "vendor/lib/deep/d.txt": "deep", "other/app/a.yaml": "one"} {
		if got := read(t, tree.Dir, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if len(tree.Submodules) != 0 {
		t.Errorf("still missing: %v", tree.Submodules)
	}
}

func TestSubmoduleErrors(t *testing.T) {
	t.Parallel()
	const absent = "1234567890123456789012345678901234567890"
	for name, tt := range map[string]struct{ url, commit, want string }{
		"no entry":       {"", absent, "expected its URL in .gitmodules"},
		"no such commit": {"../web", absent, "doesn't have that commit"},
		"no repository":  {"../nothing", absent, "was not found"},
		"a file":         {"file:///etc", absent, "the protocol file is not allowed"},
		"a command":      {"ext::sh -c touch% /tmp/p", absent, "odd characters"},
		"above the host": {"../../../../x", absent, "relative to the repository's"},
		"unknown host":   {"http://nowhere.invalid/x", absent, "the host nowhere.invalid is unknown"},
		"itself, before": {"../web", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newUpstream(t)
			urls := map[string]string{"sub": tt.url}
			if tt.url == "" {
				urls = nil
			}
			commit := tt.commit
			if commit == "" {
				commit = u.ids["1.0.0"] // of itself: one level, as that one has none
			}
			u.submodules("main", urls, map[string]string{"sub": commit})
			_, err := gitFetcher(t, withSubmodules).Git(t.Context(), u.serveGit("").URL+"/org/web.git", "main", "")
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, "fetching the submodule sub: ", tt.want)
			if fault.FileOf(err) != ".gitmodules" {
				t.Errorf("the file is %q", fault.FileOf(err))
			}
		})
	}
}

// TestSubmoduleNesting: each commit holds the one before as a submodule.
func TestSubmoduleNesting(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	for range maxDepth + 1 {
		u.submodules("main", map[string]string{"sub": "../web.git"}, map[string]string{"sub": u.git("rev-parse", "HEAD")})
	}
	_, err := gitFetcher(t, withSubmodules).Git(t.Context(), u.serveGit("").URL+"/org/web.git", "main", "")
	wantError(t, err, "nested at most 10 deep")
}

// TestCompleteFromClone takes what the user's clone has, and asks for the rest.
func TestCompleteFromClone(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	lib := u.sibling("lib")
	lib.commit("one", "l.txt", "one")
	lib.commit("two", "l.txt", "two")
	u.submodules("main", map[string]string{"lib": "../lib"}, map[string]string{"lib": lib.ids["one"]})
	host := u.serveGit("")
	modules := filepath.Join(t.TempDir(), "modules")
	if err := os.MkdirAll(modules, 0o755); err != nil {
		t.Fatal(err)
	}
	lib.git("clone", "--quiet", "--bare", "--depth=1", "file://"+lib.dir, filepath.Join(modules, "lib")) // has two alone
	f := gitFetcher(t, withSubmodules)
	for commit, asked := range map[string]int{"two": 0, "one": 1} {
		before := host.count("/org/lib/info/refs")
		tree := git.Tree{Dir: t.TempDir(), Submodules: []string{"lib"}, Commits: map[string]string{"lib": lib.ids[commit]}}
		write(t, filepath.Join(tree.Dir, ".gitmodules"), []byte(read(t, u.dir, ".gitmodules")))
		tree, missing := f.Complete(t.Context(), tree, host.URL+"/org/web", modules)
		if len(missing) > 0 || len(tree.Submodules) > 0 || read(t, tree.Dir, "lib/l.txt") != commit {
			t.Errorf("%s: %v, %v", commit, missing, tree.Submodules)
		}
		if n := host.count("/org/lib/info/refs") - before; n != asked {
			t.Errorf("%s: the server was asked %d times, want %d", commit, n, asked)
		}
	}
}

// TestCompleteLeavesNamesInside: a submodule's name is no way out of the clone.
func TestCompleteLeavesNamesInside(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	tree := git.Tree{Dir: t.TempDir(), Submodules: []string{"x"}, Commits: map[string]string{"x": u.ids["main"]}}
	name := strings.Repeat("../", 20) + strings.TrimPrefix(u.dir, "/") + "/.git"
	write(t, filepath.Join(tree.Dir, ".gitmodules"), []byte("[submodule \""+name+"\"]\n\tpath = x\n\turl = http://nowhere.invalid/x\n"))
	_, missing := gitFetcher(t, withSubmodules).Complete(t.Context(), tree, "http://nowhere.invalid/y", filepath.Join(u.dir, ".git", "modules"))
	wantError(t, missing["x"], "nowhere.invalid")
}

func TestCompleteWhenOff(t *testing.T) {
	t.Parallel()
	tree := git.Tree{Dir: t.TempDir(), Submodules: []string{"a", "b"}}
	got, missing := gitFetcher(t, nil).Complete(t.Context(), tree, "https://h/x", "")
	if diff := cmp.Diff(tree.Submodules, got.Submodules); diff != "" || len(missing) != 2 {
		t.Error(diff, missing)
	}
	wantError(t, missing["b"], "it reads the submodule b", "input submodules")
}
