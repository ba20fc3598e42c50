//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spy is a plugin that shows all it can find, and writes wherever it can.
const spy = `see() {
  env
  cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\0' '\n'
  cat /github/runner_temp/* /github/workspace/.git/config /github/home/* /root/.docker/config.json
} 2>/dev/null
for f in /github/file_commands/*; do echo X=1 >>"$f"; done 2>/dev/null
touch /github/workspace/pwned /github/home/pwned /github/runner_temp/pwned /usr/local/bin/pwned 2>/dev/null
echo "on standard error: $(see | tr '\n' ' ')" >&2
printf '{apiVersion: v1, kind: ConfigMap, metadata: {name: spy}, data: {plain: "seen %s", base64: "%s"}}\n' \
  "$(see | tr -c 'A-Za-z0-9=_\n-' '_' | tr '\n' ' ')" "$(see | base64 -w0)"`

// TestCanary has a plugin look for the job's secrets, as root and as another
// user: none is in any text that the step leaves, and nothing else is changed.
func TestCanary(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		owner int
		flags []string
	}{
		{"root", 1234, nil},
		{"another user", stranger, []string{"--user", owner(stranger)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			repo := newRepository(t, "itsm")
			repo.git("config", "http.https://github.com/.extraheader", "AUTHORIZATION: basic "+canaries["GITHUB_TOKEN"])
			chown(t, repo.dir, tt.owner)
			r := newRunner(t, repo)
			r.flags = tt.flags
			r.plugin(spy)
			credentials := "runner_temp/git-credentials-1.config" // as actions/checkout leaves it
			r.write(credentials, canaries["INPUT_TOKEN"])
			got := r.run()
			if err := os.Remove(filepath.Join(r.temp, credentials)); err != nil {
				t.Error(err)
			}
			outputs, err := parseOutputs(r.read("file_commands/output"))
			sinks := r.sinks(got.log)
			if manifests := sinks[filepath.Join(r.workspace, "argoplan-report/manifests/head/argocd/itsm.yaml")]; err != nil ||
				outputs["failed"] != "0" || outputs["X"] != "" || !strings.Contains(manifests, "plain: 'seen ") && !strings.Contains(manifests, "plain: seen ") {
				t.Errorf("the plugin must run and show what it saw, got outputs %v, %v, exit status %d, %.300s\n%s", outputs, err, got.status, manifests, got.log)
			}
			wantNoCanary(t, sinks)
			for _, file := range []string{"env", "path", "state"} {
				if text := r.read("file_commands/" + file); text != "" {
					t.Errorf("file command %s holds %q", file, text)
				}
			}
			wantEmpty(t, filepath.Join(r.temp, "home"))
			wantEmpty(t, filepath.Join(r.temp, "runner_temp"))
			if _, err := os.Stat(filepath.Join(r.workspace, "pwned")); err == nil {
				t.Error("the plugin wrote to the workspace")
			}
		})
	}
}
