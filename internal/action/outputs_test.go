package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readOutputs reads the file as a runner does: NAME<<DELIMITER, the value's
// lines, DELIMITER.
func readOutputs(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	rest := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	for len(rest) > 0 {
		name, delimiter, ok := strings.Cut(rest[0], "<<")
		if !ok {
			t.Fatalf("expected NAME<<DELIMITER, found %q", rest[0])
		}
		end := 1
		for end < len(rest) && rest[end] != delimiter {
			end++
		}
		if end == len(rest) {
			t.Fatalf("output %s has no end", name)
		}
		got[name] = strings.Join(rest[1:end], "\n")
		rest = rest[end+1:]
	}
	return got
}

func TestWriteOutputs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "output")
	want := []output{{"changed", "true"}, {"forged", "a\n_GitHubActionsFileCommandDelimeter_\nPATH=/evil\nb<<c"}, {"empty", ""}}
	if err := writeOutputs(path, want); err != nil {
		t.Fatal(err)
	}
	if err := writeOutputs(path, []output{{"later", "1"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"changed": "true", "forged": want[1].value, "empty": "", "later": "1"}, readOutputs(t, path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteOutputsRefuses(t *testing.T) {
	t.Parallel()
	if err := writeOutputs("", []output{{"a", "b"}}); err != nil {
		t.Errorf("without a file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "output")
	if err := writeOutputs(path, []output{{"big", strings.Repeat("x", maxOutput+1)}}); err == nil {
		t.Error("a value of more than 64 KiB was written")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("something was written beside the error")
	}
	if err := writeOutputs(filepath.Join(path, "missing", "x"), []output{{"a", "b"}}); err == nil {
		t.Error("a file that can't be written is no error")
	}
}

// TestShownDir names the report as the host of a container finds it.
func TestShownDir(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ workspace, dir, want string }{
		{"/github/workspace", "argoplan-report", "argoplan-report"},
		{"/github/workspace", "/github/workspace/out/report", "out/report"},
		{"/github/workspace", "/github/workspace", "."},
		{"/github/workspace", "/github/workspaces/report", "/github/workspaces/report"},
		{"/github/workspace", "/github/runner_temp/report", "/github/runner_temp/report"},
		{"", "/tmp/report", "/tmp/report"},
	} {
		d := &comparison{env: environment{workspace: tt.workspace}, in: inputs{reportDir: tt.dir}}
		if got := d.shownDir(); got != tt.want {
			t.Errorf("%s in %s: got %s, want %s", tt.dir, tt.workspace, got, tt.want)
		}
	}
}
