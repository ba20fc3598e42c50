package action

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzOutputs reads outputs back as the runner does: each has its one name, and
// its value.
func FuzzOutputs(f *testing.F) {
	for _, seed := range []string{"argoplan-report", "a\nb", "x<<EOF\ny\nEOF", "argoplan_\nname<<x", "", "a=b", "\r\n", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		file := filepath.Join(t.TempDir(), "output")
		if err := writeOutputs(file, []output{{"report-dir", value}, {"changed", "true"}}); err != nil {
			return
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for rest := string(data); rest != ""; {
			head, after, _ := strings.Cut(rest, "\n")
			name, delimiter, ok := strings.Cut(head, "<<")
			if !ok {
				t.Fatalf("a line %q between outputs", head)
			}
			text, next, ok := strings.Cut(after, "\n"+delimiter+"\n")
			if !ok {
				t.Fatalf("%s doesn't end", name)
			}
			got[name], rest = text, next
		}
		if len(got) != 2 || got["report-dir"] != value || got["changed"] != "true" {
			t.Errorf("%q gives %q", value, got)
		}
	})
}

// FuzzEvent wants any payload to be read, or to be refused.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"number": 7, "pull_request": {"number": 7, "head": {"sha": "a"}}}`, `{"pull_request": null}`, `[]`, `{"number": "7"}`, `{"issue": {"pull_request": {}}}`,
		`{"workflow_run": {"id": 1}}`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, payload, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := readEvent(file)
		if err == nil && e.PullRequest == nil && e.pullRequest() != 0 {
			t.Errorf("a pull request %d without its payload", e.pullRequest())
		}
	})
}
