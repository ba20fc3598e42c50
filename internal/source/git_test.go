package source

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestGit(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	host := u.serveGit("")
	f := gitFetcher(t, nil)
	for name, tt := range map[string]struct{ revision, prefix, commit, resolved string }{
		"HEAD":             {"", "", "main", "main"},
		"HEAD by name":     {"HEAD", "", "main", "main"},
		"branch":           {"stable", "", "1.1.0", "1.1.0"},
		"full ref":         {"refs/heads/stable", "", "1.1.0", "1.1.0"},
		"tag":              {"1.0.0", "", "1.0.0", "1.0.0"},
		"annotated tag":    {"1.1.0", "", "1.1.0", "tag 1.1.0"},
		"constraint":       {">=1.0", "", "1.1.0", "tag 1.1.0"},
		"before a branch":  {"1.x", "", "1.1.0", "tag 1.1.0"},
		"constraint below": {"<1.1", "", "1.0.0", "1.0.0"},
		"with a prefix":    {"2.x", "web-", "1.0.0", "1.0.0"},
		"id":               {u.ids["1.0.0"], "", "1.0.0", "1.0.0"},
		"id in capitals":   {strings.ToUpper(u.ids["1.0.0"]), "", "1.0.0", "1.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, err := f.Git(t.Context(), host.URL+"/org/web.git", tt.revision, tt.prefix)
			if err != nil {
				t.Fatal(err)
			}
			want := Tree{Dir: tree.Dir, Commit: u.ids[tt.commit], Revision: u.ids[tt.resolved]}
			if diff := cmp.Diff(want, tree); diff != "" {
				t.Error(diff)
			}
			content := map[string]string{"1.0.0": "one", "1.1.0": "two", "main": "three"}[tt.commit]
			if got := read(t, tree.Dir, "app/a.yaml"); got != content {
				t.Errorf("the tree holds %q, want %q", got, content)
			}
			if _, err := os.Stat(filepath.Join(tree.Dir, ".git")); err == nil {
				t.Error("there is a .git in the tree")
			}
		})
	}
}

func TestGitByShortID(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	f := gitFetcher(t, nil)
	repoURL := u.serveGit("").URL + "/org/web.git"
	tree, err := f.Git(t.Context(), repoURL, u.ids["1.0.0"][:7], "")
	if err != nil || tree.Commit != u.ids["1.0.0"] || tree.Revision != u.ids["1.0.0"][:7] {
		t.Errorf("got %+v, %v", tree, err)
	}
	_, err = f.Git(t.Context(), repoURL, "abcdef0", "")
	wantError(t, err, "has no commit abcdef0 in its branches and tags")
	if _, err := f.Fetch(t.Context(), repoURL, u.ids["1.0.0"][:7]); err == nil {
		t.Error("a base was fetched by a shortened id")
	}
}

func TestGitOnce(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	host := u.serveGit("")
	f := gitFetcher(t, nil)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			revision := []string{"1.1.0", "stable", "1.x"}[i%3]
			if _, err := f.Git(t.Context(), host.URL+"/org/web.git", revision, ""); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	// One for the refs, one each for the tag and its commit.
	if got := host.count("info/refs"); got != 3 {
		t.Errorf("%d conversations, want 3: %q", got, host.requests)
	}
	entries, err := filepath.Glob(filepath.Join(f.options.Scratch, "store-*"))
	if err != nil || len(entries) > 0 {
		t.Errorf("stores are left behind: %q, %v", entries, err)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	f := gitFetcher(t, nil)
	repoURL := u.serveGit("").URL + "/org/web.git"
	for ref, want := range map[string]string{"": "three", "stable": "two", "1.1.0": "two", u.ids["1.0.0"]: "one"} {
		dir, err := f.Fetch(t.Context(), repoURL, ref)
		if err != nil {
			t.Error(err)
		} else if got := read(t, dir, "app/a.yaml"); got != want {
			t.Errorf("%q gives %q, want %q", ref, got, want)
		}
	}
	_, err := f.Fetch(t.Context(), repoURL, ">=1.0")
	wantError(t, err, `no branch, tag or commit ">=1.0"`)
}

func TestGitErrors(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	open, closed := u.serveGit("").URL+"/org/web.git", u.serveGit("Basic x").URL+"/org/web.git"
	for name, tt := range map[string]struct{ repoURL, revision, want, hint string }{
		"unknown revision": {open, "stabel", `no branch, tag or commit "stabel"; the nearest names are stable`, "targetRevision"},
		"constraint":       {open, "9.x", `no branch, tag or commit "9.x"; the nearest names are 1.x`, ""},
		"unknown commit":   {open, strings.Repeat("1", 40), "doesn't have that commit", "force-pushed"},
		"no login":         {closed, "main", "asks for a login", "credentials"},
		"no repository":    {open + "x", "main", "was not found", "private repository"},
		"option":           {open, "--upload-pack=touch /tmp/x", "doesn't start with", ""},
		"unknown host":     {"http://git.invalid/org/web", "main", "the host git.invalid is unknown", "repoURL"},
		"no server":        {"http://127.0.0.1:1/org/web", "main", "127.0.0.1", ""},
		"file":             {"file://" + u.dir, "main", "the protocol file is not allowed", "https://"},
		"directory":        {u.dir, "main", "expected the URL of a Git repository", "https://"},
		"program":          {"ext::sh -c id", "main", "odd characters", ""},
		"option as host":   {"ssh://-oProxyCommand=id/x", "main", "expected the URL", ""},
		"option as user":   {"ssh://-oProxyCommand=id@h/x", "main", "found an option", ""},
		"option as URL":    {"--upload-pack=id", "main", "odd characters", ""},
		"short option":     {"git@-oProxyCommand=id:x", "main", "expected the URL", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := gitFetcher(t, nil).Git(t.Context(), tt.repoURL, tt.revision, "")
			wantError(t, err, `fetching revision "`, tt.want)
			if hint := fault.HintOf(err); !strings.Contains(hint, tt.hint) {
				t.Errorf("hint is %q, want %q in it", hint, tt.hint)
			}
		})
	}
}

func TestGitTreeIsWhole(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	write(t, filepath.Join(u.dir, ".gitattributes"), []byte("app export-ignore\n*.crlf text eol=crlf\n*.bin filter=lfs\n"))
	u.commit("attributes", "a.crlf", "a\n")
	u.git("update-index", "--add", "--cacheinfo", "160000,"+u.ids["main"]+",sub")
	u.git("commit", "--quiet", "--message=submodule")
	host := u.serveGit("")
	f := gitFetcher(t, nil)
	tree, err := f.Git(t.Context(), host.URL+"/org/web.git", "main", "")
	if err != nil {
		t.Fatal(err)
	}
	if read(t, tree.Dir, "app/a.yaml") != "three" || read(t, tree.Dir, "a.crlf") != "a\r\n" {
		t.Error("attributes are not followed as a checkout does")
	}
	if diff := cmp.Diff([]string{"sub"}, tree.Submodules); diff != "" {
		t.Error(diff)
	}
	var skipped *fault.Unsupported
	if _, err := f.Fetch(t.Context(), host.URL+"/org/web.git", "main"); !errors.As(err, &skipped) {
		t.Errorf("a base with a submodule gives %v", err)
	}
	lfs := gitFetcher(t, func(o *Options) {
		o.Credentials = credentials(t, "repository", "url", host.URL+"/org/web", "enableLfs", "true")
	})
	if _, err := lfs.Git(t.Context(), host.URL+"/org/web.git", "main", ""); !errors.As(err, &skipped) {
		t.Errorf("Git LFS gives %v", err)
	}
}

func TestGitTreeWithLinkOut(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	if err := os.Symlink("/etc", filepath.Join(u.dir, "out")); err != nil {
		t.Fatal(err)
	}
	u.commit("link", "b", "")
	_, err := gitFetcher(t, nil).Git(t.Context(), u.serveGit("").URL+"/org/web.git", "main", "")
	wantError(t, err, "out-of-bounds symlinks. file: out")
}
