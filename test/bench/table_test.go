package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// took makes samples of some seconds and MiB.
func took(peak int64, cpu ...float64) (list []usage) {
	for _, s := range cpu {
		d := time.Duration(s * float64(time.Second))
		list = append(list, usage{cpu: d, wall: d / 2, peak: peak << 10})
	}
	return list
}

func sampled(w workload, samples map[program][]usage) result {
	return result{workload: w, samples: samples}
}

func TestTable(t *testing.T) {
	t.Parallel()
	w := mixed(100, 1000, argoplan, hand, lowest)
	w.once = []program{argoCD}
	var got strings.Builder
	table(&got, []result{sampled(w, map[program][]usage{
		argoplan: took(100, 2, 9, 1), hand: took(50, 12), argoCD: took(0, 11), lowest: took(90, 1),
	})})
	const want = `| Workload | Program | CPU (s) | wall (s) | peak memory (MiB) | CPU, times argoplan | wall, times argoplan |
|---|---|---|---|---|---|---|
| 100 of 1,000 affected | argoplan | 2.00 | 1.00 | 100 |  |  |
|  | A: commands and dyff | 12.00 | 6.00 | 50 | 6.0 | 6.0 |
|  | floor: the libraries alone | 1.00 | 0.50 | 90 | 0.5 |  |
|  | B: Argo CD's code (one run) | 11.00 | 5.50 |  | 5.5 | 5.5 |
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	checkedOut := usage{cpu: 5 * time.Second, wall: 5 * time.Second, stages: []stage{{name: "checking out", cpu: 4 * time.Second, commands: 4 * time.Second, wall: 4 * time.Second}}}
	verdicts := map[string]string{}
	for _, target := range targets([]result{
		sampled(mixed(100, 1000), map[program][]usage{argoplan: took(1, 2), hand: took(1, 12), argoCD: took(1, 9), lowest: took(1, 1)}),
		sampled(mixed(1, 10), map[program][]usage{argoplan: took(1, 1)}),
		sampled(mixed(1, 5000), map[program][]usage{argoplan: {checkedOut}}),
		sampled(mixed(50, 1000), map[program][]usage{argoplan: took(200, 1)}),
		sampled(mixed(500, 5000), map[program][]usage{argoplan: took(600, 1)}),
	}) {
		verdict, why, explained := strings.Cut(target.verdict(), ": ")
		if missed := strings.HasPrefix(verdict, "missed"); missed != explained || missed && len(why) < 20 {
			t.Errorf("%s: %s, because %q", target.name, verdict, why)
		}
		verdicts[target.name] = verdict
	}
	want := map[string]string{
		"100 Applications: CPU of A over argoplan's":                           "met",
		"100 Applications: wall time of A over argoplan's":                     "met",
		"1 Application: CPU of A over argoplan's":                              "not measured",
		"1 Application: wall time of A over argoplan's":                        "not measured",
		"100 Applications: CPU of B over argoplan's":                           "missed by 10%",
		"100 Applications: argoplan's CPU over the floor":                      "missed by 48%",
		"1 Application in 5,000 over 1 in 10, without Git: CPU":                "met",
		"1 Application in 5,000 over 1 in 10, without checking out: wall time": "missed by 33%",
		"Peak memory for 500 Applications over that for 50":                    "missed by 50%",
		"Peak memory for 500 Applications, in MiB":                             "missed by 20%",
		"Two renders of 5 MB: CPU of dyff over argoplan's":                     "not measured",
		"Two renders of 5 MB: wall time of dyff over argoplan's":               "not measured",
	}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	got := stages([]byte("a line\ntimings: checking out took 0.120 s, and 0.250 s of CPU, 0.200 s of it in commands\ntimings: finding took 1.000 s, and 2.000 s of CPU, 0.000 s of it in commands\nanother\n"))
	want := []stage{{"checking out", 250 * time.Millisecond, 120 * time.Millisecond, 200 * time.Millisecond}, {"finding", 2 * time.Second, time.Second, 0}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(stage{})); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(file, []byte("before\n"+begin+"old\n"+end+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(file, "new\n"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if diff := cmp.Diff("before\n"+begin+"\nnew\n\n"+end+"after\n", string(text)); diff != "" || err != nil {
		t.Errorf("file (-want +got):\n%s%v", diff, err)
	}
	if err := os.WriteFile(file, []byte("no markers\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := rewrite(file, "new\n"); err == nil {
		t.Error("a file without markers was rewritten")
	}
}

// make bench BENCH=-write finds its place in the documentation.
func TestDocumentHasMarkers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", document))
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, ok := strings.Cut(string(text), begin); !ok || !strings.Contains(rest, end) {
		t.Errorf("%s lacks the markers", document)
	}
}
