package comment

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// everything has one of each state, and dangers.
func everything() *report.Report {
	a := redis()
	a.Dangers = []report.Danger{
		{Rule: "deletes-data", Resource: "StatefulSet redis/redis-master", Message: "The volumes of the removed replicas stay, and nobody reads them any more; look at them first."},
		{Rule: "moves", Message: "It goes to another cluster.", FailsSync: true},
	}
	a.Sync.Details, a.Volatile = []string{"before the sync: Job migrate- runs"}, []string{"Secret redis/redis data.password"}
	r := newReport(failed(), a, mysql(), skipped(), unchanged("web"))
	r.Images = []report.Image{{Name: "redis", From: "7.2", To: "7.4", Where: []string{"argocd/redis StatefulSet redis/redis-master redis"}}}
	r.Warnings = []report.Warning{{File: "apps/broken.yaml", Line: 3, Message: "the document was left out"}}
	r.Incomplete = "the run was stopped: interrupt"
	return r
}

var sgr = regexp.MustCompile("\x1b\\[(0|1|2|31|32|33|36|1;31)m")

func TestTerminal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		r    *report.Report
		on   Screen
	}{
		{"terminal", everything(), Screen{Width: 100}},
		{"terminal-narrow", everything(), Screen{Width: 48}},
		{"terminal-color", everything(), Screen{Width: 80, Color: true}},
		{"terminal-nothing", newReport(), Screen{Width: 80}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Terminal(tt.r, tt.on)
			file := filepath.Join("testdata", tt.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			checkScreen(t, got, tt.on)
		})
	}
}

// checkScreen fails if a line is too wide, or if anything but our own colours
// could steer the terminal.
func checkScreen(t *testing.T, got string, on Screen) {
	t.Helper()
	bare := sgr.ReplaceAllString(got, "")
	if !on.Color && bare != got {
		t.Error("there are colours, expected none")
	}
	if shown := compare.Visible(bare); shown != bare {
		t.Errorf("hidden characters:\n%s", cmp.Diff(bare, shown))
	}
	for line := range strings.Lines(bare) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > on.Width {
			t.Errorf("a line of %d columns, at most %d: %q", n, on.Width, line)
		}
	}
}

// TestTerminalColor has the same text with and without colour.
func TestTerminalColor(t *testing.T) {
	t.Parallel()
	with := Terminal(everything(), Screen{Width: 80, Color: true})
	without := Terminal(everything(), Screen{Width: 80})
	if diff := cmp.Diff(without, sgr.ReplaceAllString(with, "")); diff != "" {
		t.Errorf("the text differs (-without +with):\n%s", diff)
	}
	for _, want := range []string{"\x1b[32m+ 3\x1b[0m", "\x1b[31m- 1\x1b[0m", "\x1b[36m@@ spec.replicas @@\x1b[0m"} {
		if !strings.Contains(with, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestTerminalWithHostileReports(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := chooser{rand.New(rand.NewPCG(seed, 2)).IntN}.report()
		for _, width := range []int{40, 100} {
			for _, color := range []bool{false, true} {
				checkScreen(t, Terminal(r, Screen{Width: width, Color: color}), Screen{Width: width, Color: color})
			}
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text       string
		n          int
		head, rest string
	}{
		{"", 3, "", ""}, {"abc", 3, "abc", ""}, {"abcd", 3, "abc", "d"}, {"äöü", 3, "äöü", ""}, {"äöüx", 3, "äöü", "x"},
	} {
		if head, rest := cut(tt.text, tt.n); head != tt.head || rest != tt.rest {
			t.Errorf("cut(%q, %d) = %q, %q", tt.text, tt.n, head, rest)
		}
	}
}
