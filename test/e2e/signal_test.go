//go:build e2e

package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSignals stops a run as a runner that cancels a job does, in each phase.
func TestSignals(t *testing.T) {
	t.Parallel()
	phases := []struct {
		name    string
		prepare func(*testing.T, *runner) (reached func() bool)
		partial bool // the report isn't whole
	}{
		{"fetching a chart", hangingCharts, true},
		{"fetching a commit", hangingOrigin, true},
		{"running a plugin", hangingPlugin("sleep 600"), true},
		{"running a plugin that ignores SIGTERM", hangingPlugin("trap '' TERM; while :; do sleep 1; done"), true},
		{"publishing", hangingAPI, false},
	}
	for _, phase := range phases {
		for signal, status := range map[string]int{"INT": 130, "TERM": 143} {
			t.Run(phase.name+" SIG"+signal, func(t *testing.T) {
				t.Parallel()
				r := newRunner(t, newRepository(t, "itsm"))
				reached := phase.prepare(t, r)
				name := r.start(t)
				await(t, name, reached)
				begin := time.Now()
				mustDocker(t, "kill", "-s", signal, name)
				got := mustDocker(t, "wait", name)
				took := time.Since(begin)
				log := docker(t, "logs", name).log
				if got != strconv.Itoa(status) {
					t.Errorf("exit status %s, want %d\n%s", got, status, log)
				}
				if took > 30*time.Second {
					t.Errorf("took %s", took)
				}
				r.wantStopped(t, log, phase.partial)
			})
		}
	}
}

// start starts the container in the background and gives its name.
func (r *runner) start(t *testing.T) string {
	t.Helper()
	id := mustDocker(t, append([]string{"run", "-d"}, r.arguments()...)...)
	t.Cleanup(func() { docker(t, "rm", "-f", id) })
	return id
}

// await waits until the run has come to the phase.
func await(t *testing.T, name string, reached func() bool) {
	t.Helper()
	for range 1200 {
		if reached() {
			return
		}
		if mustDocker(t, "inspect", "--format", "{{.State.Running}}", name) != "true" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the run didn't come so far:\n%s", docker(t, "logs", name).log)
}

// wantStopped checks that a partial report says so, wherever it is read.
func (r *runner) wantStopped(t *testing.T, log string, partial bool) {
	t.Helper()
	report := texts(t, filepath.Join(r.workspace, "argoplan-report"))[filepath.Join(r.workspace, "argoplan-report", "report.json")]
	if strings.Contains(report, `"incomplete": "the run was stopped: got signal`) != partial || report == "" {
		t.Errorf("report.json:\n%.600s\nlog:\n%s", report, log)
	}
	if summary := r.read("file_commands/summary"); strings.Contains(strings.ToUpper(summary), "INCOMPLETE") != partial || summary == "" {
		t.Errorf("summary:\n%.600s", summary)
	}
	if strings.Contains(log, "comment written") {
		t.Errorf("a comment was written:\n%s", log)
	}
	if outputs, err := parseOutputs(r.read("file_commands/output")); err != nil || outputs["comment-url"] != "" {
		t.Errorf("outputs %v, %v", outputs, err)
	}
	wantEmpty(t, filepath.Join(r.temp, "runner_temp"))
}

// hangingCharts serves a Helm repository that never answers.
func hangingCharts(t *testing.T, r *runner) func() bool {
	url, asked := hang(t)
	r.env["INPUT_MIRRORS"] = "https://charts.onwalk.net=" + url
	return asked
}

// hangingAPI never answers a request for the pull request's comments.
func hangingAPI(t *testing.T, r *runner) func() bool {
	url, asked := hang(t)
	r.env["GITHUB_API_URL"], r.env["INPUT_PUBLISH"] = url, "comment"
	return asked
}

// hang serves HTTP that accepts requests and never answers.
func hang(t *testing.T) (url string, asked func() bool) {
	t.Helper()
	got := make(chan struct{}, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL, func() bool { return len(got) > 0 }
}

// hangingOrigin has a base that must be fetched, from a server that takes
// connections and says nothing.
func hangingOrigin(t *testing.T, r *runner) func() bool {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	accepted := make(chan net.Conn, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			accepted <- conn // kept, so that it stays open
		}
	}()
	repo := &repository{t: t, dir: r.workspace}
	repo.git("remote", "set-url", "origin", "https://"+listener.Addr().String()+"/"+project)
	r.env["INPUT_BASE-REF"] = strings.Repeat("ab", 20)
	return func() bool { return len(accepted) > 0 }
}

// hangingPlugin replaces the helmfile plugin by a script, and says when it runs.
func hangingPlugin(script string) func(*testing.T, *runner) func() bool {
	return func(t *testing.T, r *runner) func() bool {
		t.Helper()
		url, asked := hang(t)
		r.plugin("exec 3<>/dev/tcp/127.0.0.1/" + port(url) + "; printf 'GET / HTTP/1.0\n\n' >&3; " + script)
		return asked
	}
}

// port is that of a loopback URL.
func port(url string) string { return url[strings.LastIndexByte(url, ':')+1:] }

// plugin has the helmfile Applications of the itsm case rendered by a script.
func (r *runner) plugin(script string) {
	r.mkdir("plugins")
	r.write("plugins/plugin.yaml", `apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: helmfile
spec:
  discover:
    fileName: helmfile.yaml
  generate:
    command: [bash, -c, `+strconv.Quote(script)+`]
`)
	r.flags = append(r.flags, "-v", filepath.Join(r.temp, "plugins")+":/plugins:ro")
	r.env["INPUT_PLUGINS"] = "/plugins/plugin.yaml"
}

// TestZombies has plugins that leave orphans to PID 1, which is argoplan. While
// one of them still runs, no zombie may be there.
func TestZombies(t *testing.T) {
	t.Parallel()
	r := newRunner(t, newRepository(t, "itsm"))
	r.env["INPUT_PARALLEL"] = "1"
	url, asked := hang(t)
	// The first Application's script leaves orphans, those of the others wait.
	r.plugin(`if test "$ARGOCD_APP_NAME" != itsm-prod; then sleep 2; exec 3<>/dev/tcp/127.0.0.1/` + port(url) + `; printf 'GET / HTTP/1.0\n\n' >&3; sleep 600; fi
for i in 1 2 3; do (setsid sleep 0.1 &); (sleep 0.1 &); done
sleep 3; echo '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'`)
	name := r.start(t)
	await(t, name, asked)
	const list = `for f in /proc/[0-9]*/stat; do read -r line <"$f" && echo "$line"; done 2>/dev/null`
	processes := mustDocker(t, "exec", name, "bash", "-c", list)
	if strings.Contains(processes, ") Z ") || !strings.Contains(processes, "(argoplan) S 0") {
		t.Errorf("want argoplan as PID 1 and no zombie, got\n%s", processes)
	}
}
