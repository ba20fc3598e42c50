//go:build e2e

package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stranger is a user that nothing in the image knows.
const stranger = 4321

// TestRunner runs the step in every combination of users that a workspace and a
// container may have.
func TestRunner(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		owner int // of the workspace; the runner's user isn't the container's
		flags []string
	}{
		{"root in another user's workspace", 1234, nil},
		{"root in its own workspace", 0, nil},
		{"another user in its own workspace", stranger, []string{"--user", owner(stranger)}},
		{"read-only image", 1234, []string{"--read-only"}},
		{"no capabilities", 0, []string{"--cap-drop", "ALL", "--security-opt", "no-new-privileges"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			repo := newRepository(t, "itsm")
			chown(t, repo.dir, tt.owner)
			r := newRunner(t, repo)
			r.flags = tt.flags
			got := r.run()
			if got.status != 0 {
				t.Fatalf("exit status %d\n%s", got.status, got.log)
			}
			r.wantReport(got.log)
		})
	}
}

// wantReport checks everything that a good run of the itsm case leaves.
func (r *runner) wantReport(log string) {
	r.t.Helper()
	outputs, err := parseOutputs(r.read("file_commands/output"))
	if err != nil {
		r.t.Fatal(err)
	}
	want := map[string]string{
		"changed": "true", "applications": "4", "added": "13", "modified": "15", "removed": "0", "dangers": "2", "failed": "0", "skipped": "0",
		"report-dir": "argoplan-report",
	}
	if diff := cmp.Diff(want, outputs); diff != "" {
		r.t.Errorf("outputs:\n%s", diff)
	}
	r.wantReportIn(filepath.Join(r.workspace, outputs["report-dir"]))
	if summary := r.read("file_commands/summary"); !strings.HasPrefix(summary, "## argoplan: 4 of 4 Applications change at `") {
		r.t.Errorf("summary:\n%.200s", summary)
	}
	for _, file := range []string{"env", "path", "state"} {
		if text := r.read("file_commands/" + file); text != "" {
			r.t.Errorf("file command %s holds %q", file, text)
		}
	}
	wantEmpty(r.t, filepath.Join(r.temp, "home"))
	wantEmpty(r.t, filepath.Join(r.temp, "runner_temp"))
	wantNoCanary(r.t, r.sinks(log))
}

// wantReportIn checks the report's own files.
func (r *runner) wantReportIn(dir string) {
	r.t.Helper()
	var report struct {
		Schema int
		Totals struct{ Added int }
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	if err != nil || report.Schema != 1 || report.Totals.Added != 13 {
		r.t.Errorf("report.json: %v, %+v", err, report)
	}
	for _, name := range []string{"report.md", "report.html", "manifests/base/argocd/itsm.yaml", "manifests/head/argocd/itsm.yaml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			r.t.Errorf("want %s, got %v", name, err)
		}
	}
}

// wantEmpty: what is private to a run is gone when it ends.
func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && path != dir {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestWorkspaceNotWritable has nowhere to put the report but the runner's own
// directory: the step fails, and nothing is lost.
func TestWorkspaceNotWritable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		readOnly bool
		flags    []string
	}{
		{"read-only mount", true, nil},
		{"another user's workspace", false, []string{"--user", owner(stranger)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			repo := newRepository(t, "itsm")
			chown(t, repo.dir, 1234)
			r := newRunner(t, repo)
			r.readOnly, r.flags = tt.readOnly, tt.flags
			got := r.run()
			if got.status != 1 || !strings.Contains(got.log, "::error::") || !strings.Contains(got.log, "the report is in /github/runner_temp/argoplan-report-") {
				t.Fatalf("exit status %d\n%s", got.status, got.log)
			}
			spare, err := filepath.Glob(filepath.Join(r.temp, "runner_temp", "argoplan-report-*"))
			if err != nil || len(spare) != 1 {
				t.Fatalf("reports %v, %v", spare, err)
			}
			r.wantReportIn(spare[0])
			if summary := r.read("file_commands/summary"); !strings.Contains(summary, "4 of 4 Applications change") {
				t.Errorf("summary:\n%.200s", summary)
			}
			wantNoCanary(t, r.sinks(got.log))
		})
	}
}
