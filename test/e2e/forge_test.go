//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// forge is a Gitea that listens on loopback.
type forge struct {
	url   string
	owner account // an administrator
}

// account is a user of the forge with a token of all scopes.
type account struct{ name, token string }

// password is that of every account.
const password = "correct-horse-1"

const giteaConfig = `
RUN_MODE = prod
WORK_PATH = {dir}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = http://127.0.0.1:{port}/
STATIC_ROOT_PATH = {dir}/static
OFFLINE_MODE = true
DISABLE_SSH = true
[database]
DB_TYPE = sqlite3
PATH = {dir}/gitea.db
[security]
INSTALL_LOCK = true
SECRET_KEY = e2e
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[actions]
ENABLED = false
[log]
LEVEL = Warn
`

// startForge runs Gitea in a directory of its own, as a user who isn't root:
// Gitea refuses that one.
func startForge(t *testing.T) *forge {
	t.Helper()
	dir, port := shared(t), freePort(t)
	var module struct{ Dir string }
	out, err := exec.Command("go", "-C", filepath.Join(root, "tools/gitea"), "mod", "download", "-json", "code.gitea.io/gitea").Output()
	if err == nil {
		err = json.Unmarshal(out, &module)
	}
	for _, name := range []string{"options", "templates", "public"} {
		if err == nil {
			err = os.CopyFS(filepath.Join(dir, "static", name), os.DirFS(filepath.Join(module.Dir, name)))
		}
	}
	config := filepath.Join(dir, "app.ini")
	if err == nil {
		err = os.WriteFile(config, []byte(strings.NewReplacer("{dir}", dir, "{port}", port).Replace(giteaConfig)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	g := &gitea{dir: dir, config: config}
	g.takeOver(t)
	f := &forge{url: "http://127.0.0.1:" + port, owner: account{name: "owner"}}
	g.must(t, "migrate")
	g.must(t, "admin", "user", "create", "--username", f.owner.name, "--password", password, "--email", "owner@example.org", "--admin", "--must-change-password=false")
	f.owner.token = g.must(t, "admin", "user", "generate-access-token", "--username", f.owner.name, "--token-name", "e2e", "--raw", "--scopes", "all")
	g.serve(t, f.url)
	return f
}

// gitea is the command with its configuration.
type gitea struct{ dir, binary, config string }

// takeOver puts the program where its user can read it, and gives that user the
// directory.
func (g *gitea) takeOver(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("gitea")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	g.binary = filepath.Join(g.dir, "gitea")
	if err == nil {
		err = os.WriteFile(g.binary, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		chown(t, g.dir, stranger)
		// t.TempDir's own parents are closed to others.
		for dir := filepath.Dir(g.dir); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (g *gitea) command(args ...string) *exec.Cmd {
	cmd := exec.Command(g.binary, append([]string{"--config", g.config}, args...)...)
	cmd.Dir = g.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + g.dir, "TMPDIR=" + g.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: stranger, Gid: stranger}
	}
	return cmd
}

// must runs a subcommand and gives the last line that it prints.
func (g *gitea) must(t *testing.T, args ...string) string {
	t.Helper()
	got := command(t, g.command(args...))
	if got.status != 0 {
		t.Fatalf("gitea %s: exit status %d\n%s", strings.Join(args, " "), got.status, got.log)
	}
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	return lines[len(lines)-1]
}

// serve starts the server and waits until it answers.
func (g *gitea) serve(t *testing.T, url string) {
	t.Helper()
	cmd := g.command("web")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("Gitea's log:\n%s", log.String())
		}
	})
	for range 1800 {
		resp, err := http.Get(url + "/api/v1/version")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("Gitea does not answer")
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if closing := listener.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	return port
}

// call sends a request of the API and reads the answer into out, if that isn't
// nil. Anything but success fails the test.
func (f *forge) call(t *testing.T, as account, method, path string, in, out any) {
	t.Helper()
	status, data := f.send(t, as, method, path, in)
	if status >= 300 {
		t.Fatalf("%s %s: status %d\n%s", method, path, status, data)
	}
	if out != nil {
		if err := json.Unmarshal(data, out); err != nil {
			t.Fatal(err)
		}
	}
}

// send sends a request of the API and gives status and body of the answer.
func (f *forge) send(t *testing.T, as account, method, path string, in any) (int, []byte) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if as.token != "" {
		request.Header.Set("Authorization", "token "+as.token)
	} else {
		request.SetBasicAuth(as.name, password)
	}
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, data
}

// eventually waits for what the forge does in the background.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1200 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("in vain: waiting for %s", what)
}

// user makes an account whose token has the scopes.
func (f *forge) user(t *testing.T, name string, scopes ...string) account {
	t.Helper()
	f.call(t, f.owner, http.MethodPost, "/admin/users", map[string]any{
		"username": name, "email": name + "@example.org", "password": password, "must_change_password": false,
	}, nil)
	return f.token(t, name, scopes...)
}

// token gives a further token of a user.
func (f *forge) token(t *testing.T, name string, scopes ...string) account {
	t.Helper()
	var made struct{ SHA1 string }
	f.call(t, account{name: name}, http.MethodPost, fmt.Sprintf("/users/%s/tokens", name), map[string]any{
		"name": strings.Join(scopes, " "), "scopes": scopes,
	}, &made)
	return account{name: name, token: made.SHA1}
}
