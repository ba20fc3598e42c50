package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestFuzzScript gives tools/fuzz.sh a go command (testdata/fuzzer) that prints what
// the real one does, one text after the other.
func TestFuzzScript(t *testing.T) {
	t.Parallel()
	const (
		begin = "fuzz: elapsed: 3s, execs: 500 (166/sec), new interesting: 0 (total: 9)\n"
		good  = begin + "PASS\n"
		late  = begin + "--- FAIL: FuzzText (20.02s)\n    context deadline exceeded\nFAIL\n"
		found = begin + "--- FAIL: FuzzText (3.00s)\n    --- FAIL: FuzzText (0.00s)\n        text_test.go:7: got\n            context deadline exceeded\n    Failing input written to testdata/fuzz/FuzzText/0f\nFAIL\n"
	)
	fuzzer, err := filepath.Abs("testdata/fuzzer")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		runs  []string
		ok    bool
		tried int
		want  string
	}{
		{name: "good", runs: []string{good}, ok: true, tried: 1, want: "internal/text FuzzText: execs: 500"},
		{name: "nearly nothing", runs: []string{strings.Replace(good, "500", "5", 1)}, tried: 1, want: "tried nearly nothing"},
		{name: "seeds alone", runs: []string{"PASS\n"}, tried: 1, want: "no inputs"},
		{name: "found", runs: []string{found, good}, tried: 1, want: "text_test.go:7"},
		{name: "late once", runs: []string{late, good}, ok: true, tried: 2, want: "once more"},
		{name: "late twice", runs: []string{late, late, good}, tried: 2, want: "FuzzText failed"},
		{name: "found when late", runs: []string{late, found, good}, tried: 2, want: "text_test.go:7"},
		{name: "does not compile", runs: []string{"FAIL\ttext [build failed]\n", good}, tried: 1, want: "build failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copyFile(t, "../tools/fuzz.sh", filepath.Join(dir, "tools/fuzz.sh"), 0o755)
			if err := os.MkdirAll(filepath.Join(dir, "internal/text"), 0o755); err != nil {
				t.Fatal(err)
			}
			for i, text := range tt.runs {
				if err := os.WriteFile(filepath.Join(dir, "internal/text", strconv.Itoa(i)), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			c := exec.Command("bash", filepath.Join(dir, "tools/fuzz.sh"), "--one", "internal/text", "FuzzText")
			c.Env = append(os.Environ(), "PATH="+fuzzer+":"+os.Getenv("PATH"), "FUZZTIME=1s", "FUZZDIR="+dir)
			out, err := c.CombinedOutput()
			left, _ := filepath.Glob(filepath.Join(dir, "internal/text/[0-9]"))
			if tried := len(tt.runs) - len(left); (err == nil) != tt.ok || tried != tt.tried || !strings.Contains(string(out), tt.want) {
				t.Errorf("error %v, %d runs, output %q; want success %v, %d runs, %q", err, tried, out, tt.ok, tt.tried, tt.want)
			}
		})
	}
}
