package checkout

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write("apps/web/f", "x")
	r.commit()
	link := filepath.Join(t.TempDir(), "link")
	r.must(os.Symlink(r.dir, link))
	want, err := filepath.EvalSymlinks(r.dir)
	r.must(err)
	for _, dir := range []string{r.dir, filepath.Join(r.dir, "apps/web"), link} {
		if got := open(t, dir, local()).Root(); got != want {
			t.Errorf("%s: got %s, want %s", dir, got, want)
		}
	}
	if _, err := Open(t.Context(), t.TempDir(), local()); err == nil || !strings.Contains(err.Error(), "not a git repository") || fault.HintOf(err) == "" {
		t.Errorf("got %v for a plain directory", err)
	}
	if _, err := Open(t.Context(), filepath.Join(r.dir, "gone"), local()); err == nil {
		t.Error("opened a missing directory")
	}
	if _, err := Open(t.Context(), r.dir, Options{Env: []string{"PATH=/nonexistent"}}); err == nil || !strings.Contains(err.Error(), "PATH") {
		t.Errorf("got %v without git", err)
	}
}

// TestOpenForeignWorkspace is what every container action meets: the runner's
// user owns the workspace.
func TestOpenForeignWorkspace(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can give a directory away")
	}
	r := newRepo(t)
	r.write("f", "x")
	commit := r.commit()
	r.must(filepath.Walk(r.dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 1001, 1001)
	}))
	g := r.open()
	if got, err := g.Resolve(t.Context(), "HEAD"); err != nil || got != commit {
		t.Errorf("got %q and %v", got, err)
	}
	mustExtract(t, g, commit)
	if _, err := g.WorkingTree(t.Context(), t.TempDir()); err != nil {
		t.Error(err)
	}
}

// TestNothingConfiguredRuns plants a command in every place of the clone's own
// configuration that git would run one from.
func TestNothingConfiguredRuns(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.write(".gitattributes", "* filter=evil diff=evil\n")
	r.commit()
	c := r.clone()
	base := c.git("rev-parse", "HEAD")
	r.write("new", "x")
	head := r.commit()
	marker := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "evil.sh")
	r.must(os.WriteFile(script, []byte("#!/bin/sh\ntouch "+marker+"\n"), 0o755))
	hooks := filepath.Join(c.dir, ".git", "hooks")
	r.must(os.MkdirAll(hooks, 0o755))
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"} {
		r.must(os.Symlink(script, filepath.Join(hooks, hook)))
	}
	for _, key := range []string{"core.fsmonitor", "core.sshCommand", "core.askPass", "credential.helper", "diff.external",
		"diff.evil.textconv", "diff.evil.command", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process"} {
		c.git("config", key, script)
	}
	c.write("file", "dirty")
	g := c.open()
	if _, err := g.Ensure(t.Context(), head); err != nil {
		t.Error(err)
	}
	if _, err := g.Changed(t.Context(), base, head); err != nil {
		t.Error(err)
	}
	mustExtract(t, g, head)
	if _, err := g.WorkingTree(t.Context(), t.TempDir()); err != nil {
		t.Error(err)
	}
	askingForPassword := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", "Basic")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(askingForPassword.Close)
	o := Options{Env: testEnv(), Protocols: []string{"http", "ssh"}, Server: "https://example.invalid", Token: "t"}
	for _, origin := range []string{"ssh://127.0.0.1:1/x", askingForPassword.URL} {
		c.git("remote", "set-url", "origin", origin)
		if _, err := open(t, c.dir, o).Ensure(t.Context(), strings.Repeat("1", 40)); err == nil {
			t.Errorf("fetched from %s", origin)
		}
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a command from .git/config or .git/hooks ran")
	}
}

func TestEmbeddedBareRepositoryIsNoRepository(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	marker := filepath.Join(t.TempDir(), "ran")
	r.write("bare/HEAD", "ref: refs/heads/main\n")
	r.write("bare/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = \"touch "+marker+"; false\"\n")
	r.write("bare/objects/.keep", "")
	r.write("bare/refs/.keep", "")
	r.commit()
	if g, err := Open(t.Context(), filepath.Join(r.dir, "bare"), local()); err == nil {
		t.Errorf("opened %s", g.Root())
	}
	tree, err := r.open().WorkingTree(t.Context(), t.TempDir())
	if err != nil || snapshot(t, tree.Dir)["bare/HEAD"] == "" {
		t.Errorf("got %v and %v", tree, err)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("its configuration was used")
	}
}

// TestEnvironment puts a git in PATH that writes down what it sees.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	script := "#!/bin/sh\n/usr/bin/env > " + bin + "/env\nprintf '%s\\n' \"$@\" > " + bin + "/args\npwd; pwd\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	g := open(t, t.TempDir(), Options{
		Env:    []string{"PATH=" + bin, "HTTPS_PROXY=http://proxy", "GIT_SSL_CAINFO=/ca.pem", "GIT_DIR=/evil", "GIT_TRACE=1"},
		Server: "https://github.example/", Token: "s3cr3t",
	})
	variables := func() map[string]string {
		raw, err := os.ReadFile(filepath.Join(bin, "env"))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for line := range strings.Lines(string(raw)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			if !strings.HasPrefix(name, "GIT_CONFIG_KEY_") && !strings.HasPrefix(name, "GIT_CONFIG_VALUE_") {
				seen[name] = value
			}
		}
		for _, own := range []string{"PWD", "OLDPWD", "SHLVL", "_"} { // the shell's
			delete(seen, own)
		}
		return seen
	}
	want := map[string]string{
		"PATH": bin, "HTTPS_PROXY": "http://proxy", "GIT_SSL_CAINFO": "/ca.pem",
		"LC_ALL": "C", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
		"GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "",
		"GIT_SSH_COMMAND": "ssh -oBatchMode=yes", "GIT_ALLOW_PROTOCOL": "https:ssh", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_CONFIG_COUNT": "12",
	}
	if diff := cmp.Diff(want, variables()); diff != "" {
		t.Error(diff)
	}
	if _, err := g.network(t.Context(), git.Call{Args: []string{"fetch", "origin"}, Config: g.credentials()}); err != nil {
		t.Fatal(err)
	}
	want["GIT_CONFIG_COUNT"] = "16"
	if diff := cmp.Diff(want, variables()); diff != "" {
		t.Error(diff)
	}
	args, err := os.ReadFile(filepath.Join(bin, "args"))
	if err != nil || string(args) != "fetch\norigin\n" {
		t.Errorf("got arguments %q and %v", args, err)
	}
}

func TestErrorHidesCredentials(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.commit()
	c := r.clone("--depth=1")
	c.git("remote", "set-url", "origin", "https://user:s3cr3t@127.0.0.1:1/x")
	_, err := open(t, c.dir, Options{Env: testEnv()}).Ensure(t.Context(), strings.Repeat("1", 40))
	if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("got %v", err)
	}
}
