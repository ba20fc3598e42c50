package conformance

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	log "github.com/sirupsen/logrus"
)

var (
	writeDocs = flag.Bool("write", false, "write the table to docs/conformance.md")
	command   = flag.String("argoplan", "", "the argoplan to test (default: the one in .bin)")
	verbose   = flag.Bool("all-messages", false, "log what both sides say where both fail")
)

// TestConformance renders every case by Argo CD and by argoplan.
func TestConformance(t *testing.T) {
	log.SetOutput(io.Discard)
	root := repositoryRoot(t)
	bin := filepath.Join(root, ".bin")
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	own, err := ownCases(filepath.Join(root, "testdata", "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := upstreamCases()
	if err != nil {
		t.Fatal(err)
	}
	known, err := readKnown("known.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{cases: append(own, upstream...), known: known, dir: t.TempDir()}
	if h.oracle, err = NewOracle(filepath.Join(h.dir, "argocd")); err != nil {
		t.Fatal(err)
	}
	h.argoplan = &Argoplan{binary: cmp.Or(*command, filepath.Join(bin, "argoplan")), dir: filepath.Join(h.dir, "argoplan")}
	t.Run("cases", func(t *testing.T) {
		for i := range h.cases {
			t.Run(h.cases[i].Name, func(t *testing.T) {
				t.Parallel()
				h.test(t, &h.cases[i])
			})
		}
	})
	for i := range h.cases {
		h.cases[i].World.close()
	}
	fmt.Println(h.table.String())
	if *writeDocs {
		if err := writeDocument(filepath.Join(root, "docs", "conformance.md"), &h.table, known); err != nil {
			t.Fatal(err)
		}
	}
}

// harness is what the subtests share.
type harness struct {
	cases    []Case
	known    []Known
	oracle   *Oracle
	argoplan *Argoplan
	table    Table
	dir      string
}

func (h *harness) test(t *testing.T, c *Case) {
	if c.Version != "" && !h.argoplan.knowsVersions() {
		t.Fatal("argoplan render does not know --argocd-version: this case would prove nothing")
	}
	if err := c.World.open(h.dir, h.cases); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	want := h.oracle.Render(t.Context(), c)
	took := time.Since(start)
	got := h.argoplan.Render(t.Context(), c)
	if testing.Verbose() {
		t.Logf("Argo CD %v, argoplan %v, %d objects", took, time.Since(start)-took, len(want.Objects))
	}
	if *verbose && want.Err != nil {
		t.Logf("Argo CD: %v\nargoplan: %v", want.Err, got.Err)
	}
	difference := Difference(want, got)
	if difference != "" && want.Err == nil && got.Err == nil {
		again := h.oracle.Render(t.Context(), c)
		hideRandom(want.Objects, again.Objects, got.Objects)
		difference = Difference(want, got)
	}
	k := find(h.known, c.Name)
	h.table.add(c, want, difference, k)
	switch {
	case difference != "" && k == nil:
		t.Error(difference)
	case difference != "":
		t.Logf("known: %s (%s)\n%s", k.Reason, k.Link, difference)
	case k != nil:
		t.Errorf("known.yaml lists a difference that is gone: %s", k.Reason)
	}
}

func repositoryRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"argoplan", "helm", "kustomize"} {
		if _, err := exec.LookPath(filepath.Join(root, ".bin", tool)); err != nil {
			t.Skipf("%v; make conformance builds it", err)
		}
	}
	return root
}

// TestReasons holds that every pattern can be compiled.
func TestReasons(t *testing.T) {
	t.Parallel()
	for _, r := range reasons {
		for _, pattern := range []string{r.argocd, r.argoplan} {
			if _, err := regexp.Compile(pattern); err != nil {
				t.Errorf("%s: %v", r.name, err)
			}
		}
	}
}
