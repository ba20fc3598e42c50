//go:build e2e

package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestPlainContainer has no runner at all: no GITHUB_ variable, no HOME.
func TestPlainContainer(t *testing.T) {
	t.Parallel()
	repo := newRepository(t, "itsm")
	chown(t, repo.dir, 1234)
	mount := []string{"run", "--rm", "--network", "host", "-v", repo.dir + ":/repo", "-w", "/repo"}
	compare := []string{
		"--base-ref", "main", "--head-ref", "feature", "--repository", project,
		"--mirrors", "https://charts.onwalk.net=" + charts(t), "--report-dir", "/tmp/report",
	}
	tests := []struct {
		name   string
		flags  []string // of docker run
		args   []string
		status int
		want   string
	}{
		{"comparison", mount, compare, 0, "4 of 4 Applications change"},
		{"as another user", append(slices.Clone(mount), "--user", owner(stranger)), compare, 0, "4 of 4 Applications change"},
		{"fail-on as a variable with a hyphen", append(slices.Clone(mount), "-e", "INPUT_FAIL-ON=changes"), compare, 3, "4 of 4 Applications change"},
		{"all inputs as variables", append(slices.Clone(mount), "-e", "INPUT_BASE-REF=main", "-e", "INPUT_HEAD-REF=feature", "-e", "INPUT_REPOSITORY="+project,
			"-e", "INPUT_MIRRORS="+compare[7], "-e", "INPUT_REPORT-DIR=/tmp/report"), nil, 0, "4 of 4 Applications change"},
		{"what is checked out", mount, []string{"list", "--repository", project}, 0, "itsm-prod"},
		{"bad input", append(slices.Clone(mount), "-e", "INPUT_FAIL-ON=sometimes"), nil, 2, "fail-on"},
		{"nothing mounted", []string{"run", "--rm", "--network", "none"}, nil, 2, "error: "},
		{"version", []string{"run", "--rm", "--network", "none"}, []string{"version"}, 0, "argoplan"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := docker(t, slices.Concat(tt.flags, []string{image(t)}, tt.args)...)
			if got.status != tt.status || !strings.Contains(got.log, tt.want) || strings.Contains(got.log, "panic") {
				t.Errorf("exit status %d, want %d and %q\n%s", got.status, tt.status, tt.want, got.log)
			}
		})
	}
}

// TestImage holds what the images promise.
func TestImage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{image(t), slim(t)} {
		var config struct {
			Entrypoint []string
			User       string
			WorkingDir string
		}
		if err := json.Unmarshal([]byte(mustDocker(t, "image", "inspect", "--format", "{{json .Config}}", name)), &config); err != nil {
			t.Fatal(err)
		}
		if len(config.Entrypoint) != 1 || config.Entrypoint[0] != "/usr/local/bin/argoplan" || config.User != "" || config.WorkingDir != "" {
			t.Errorf("%s: %+v", name, config)
		}
	}
	tests := []struct {
		image, script string
		want          string // on standard output; "" is nothing
	}{
		{image(t), "git --version; helm version --short; helmfile --version; kustomize version; test -d /etc/ssl/certs && ssh -V 2>/dev/null && echo ssh",
			"git version 2. v3. helmfile v0. v5. ssh"},
		{slim(t), "git --version; command -v helm helmfile kustomize; ssh -V 2>/dev/null && echo ssh", "git version 2. ssh"},
	}
	for _, tt := range tests {
		out := mustDocker(t, "run", "--rm", "--network", "none", "--entrypoint", "bash", tt.image, "-c", tt.script)
		var rest = out
		for _, part := range strings.Fields(tt.want) {
			_, after, ok := strings.Cut(rest, part)
			if !ok {
				t.Errorf("%s: want %q in\n%s", tt.image, part, out)
			}
			rest = after
		}
		if strings.Contains(out, "/usr/local/bin/") {
			t.Errorf("%s has tools: %s", tt.image, out)
		}
	}
}

// TestSlimImage renders what needs no tool, and says what a plugin lacks.
func TestSlimImage(t *testing.T) {
	t.Parallel()
	repo := newRepository(t, "itsm")
	got := docker(t, "run", "--rm", "--network", "host", "-v", repo.dir+":/repo", "-w", "/repo", slim(t),
		"--base-ref", "main", "--head-ref", "feature", "--repository", project, "--report-dir", "/tmp/report",
		"--mirrors", "https://charts.onwalk.net="+charts(t))
	if got.status != 1 || !strings.Contains(got.log, "2 Applications could not be rendered") && !strings.Contains(got.log, "helmfile") {
		t.Errorf("exit status %d\n%s", got.status, got.log)
	}
	for _, name := range []string{"`mysql`", "`redis`"} {
		if !strings.Contains(got.log, name) {
			t.Errorf("want %s in\n%s", name, got.log)
		}
	}
}
