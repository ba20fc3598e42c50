package conformance

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	log "github.com/sirupsen/logrus"
)

var (
	writeDocs = flag.Bool("write", false, "write the table to docs/conformance.md")
	command   = flag.String("argoplan", "", "the argoplan to test (default: the one in .bin)")
	verbose   = flag.Bool("all-messages", false, "log what both sides say where both fail")
	order     = flag.Uint64("order", 0, "seed for another order of the cases; 0 keeps theirs")
)

// TestConformance renders every case by Argo CD and by argoplan, those that
// need Helm by both Helms, and expands every ApplicationSet.
func TestConformance(t *testing.T) {
	log.SetOutput(io.Discard)
	root := repositoryRoot(t)
	cases, sets, err := allCases(filepath.Join(root, "testdata", "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	known, err := readKnown("known.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{cases: cases, sets: sets, known: known, dir: t.TempDir(), bin: filepath.Join(root, ".bin")}
	h.shuffle()
	h.binary = cmp.Or(*command, filepath.Join(h.bin, "argoplan"))
	// The first is what the version of Argo CD that is linked here does.
	t.Run("cases", func(t *testing.T) { h.run(t, "helm4", "4", "3.6") })
	t.Run("helm3", func(t *testing.T) { h.run(t, "helm", "3", "3.4") })
	t.Run("applicationsets", h.runSets)
	for _, w := range h.worlds() {
		if err := w.finish(); err != nil {
			t.Error(err)
		}
	}
	fmt.Println(h.table.String())
	if *writeDocs {
		if err := writeDocument(filepath.Join(root, "docs", "conformance.md"), &h.table, known); err != nil {
			t.Fatal(err)
		}
	}
}

// allCases reads our own cases from a directory, and those of Argo CD's module.
func allCases(testdata string) (cases []Case, sets []SetCase, err error) {
	module, err := moduleDir()
	if err != nil {
		return nil, nil, err
	}
	applicationSets := filepath.Join(testdata, "applicationsets")
	own, err1 := ownCases(testdata)
	upstream, err2 := upstreamCases(module)
	ownSets, err3 := ownSets(applicationSets)
	examples, err4 := exampleSets(module, applicationSets)
	return append(own, upstream...), append(ownSets, examples...), errors.Join(err1, err2, err3, err4)
}

func repositoryRoot(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"argoplan", "helm", "helm4", "kustomize"} {
		if _, err := exec.LookPath(filepath.Join(root, ".bin", tool)); err != nil {
			t.Skipf("%v; make conformance builds it", err)
		}
	}
	return root
}

// harness is what all cases share.
type harness struct {
	cases  []Case
	sets   []SetCase
	known  []Known
	table  Table
	dir    string // for files of the run
	bin    string // of the tools
	binary string // argoplan
}

// shuffle brings the cases into the order that the flag asks for. It must make
// no difference.
func (h *harness) shuffle() {
	if *order == 0 {
		return
	}
	r := rand.New(rand.NewPCG(*order, 0))
	r.Shuffle(len(h.cases), func(i, j int) { h.cases[i], h.cases[j] = h.cases[j], h.cases[i] })
	r.Shuffle(len(h.sets), func(i, j int) { h.sets[i], h.sets[j] = h.sets[j], h.sets[i] })
}

// worlds are those of the cases, each once.
func (h *harness) worlds() (all []*World) {
	seen := map[*World]bool{}
	add := func(w *World) {
		if !seen[w] {
			seen[w] = true
			all = append(all, w)
		}
	}
	for _, c := range h.cases {
		add(c.World)
	}
	for _, c := range h.sets {
		add(c.World)
	}
	return all
}

// run renders all cases, by the helm command of that name in the directory of
// tools and as the given version of Argo CD does. With Helm 3 those suffice
// that Helm has a part in: what else changed since is no matter of Helm's.
func (h *harness) run(t *testing.T, helm, major, version string) {
	p := h.newPass(t, helm, major, version)
	for i := range h.cases {
		c := &h.cases[i]
		if major == "3" && !c.Helm {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := c.World.open(h.dir); err != nil {
				t.Fatal(err)
			}
			p.test(t, c)
		})
	}
}

// runSets expands all ApplicationSets.
func (h *harness) runSets(t *testing.T) {
	p := h.newPass(t, "helm4", "", "3.6")
	for i := range h.sets {
		c := &h.sets[i]
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := c.World.open(h.dir); err != nil {
				t.Fatal(err)
			}
			p.testSet(t, c)
		})
	}
}

// newPass makes both programs ready for one Helm. The first helm on PATH is the
// one that Argo CD's code runs.
func (h *harness) newPass(t *testing.T, helm, major, version string) *pass {
	t.Helper()
	dir := filepath.Join(h.dir, "helm"+major)
	bin := filepath.Join(dir, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(h.bin, helm), filepath.Join(bin, "helm")); err != nil {
		t.Fatal(err)
	}
	list := string(os.PathListSeparator)
	t.Setenv("PATH", bin+list+h.bin+list+os.Getenv("PATH"))
	p := &pass{harness: h, helm: major}
	for _, name := range []string{"argocd", "again"} {
		o, err := NewOracle(filepath.Join(dir, name), &p.sockets)
		if err != nil {
			t.Fatal(err)
		}
		p.oracles = append(p.oracles, o)
	}
	p.argoplan = &Argoplan{binary: h.binary, dir: filepath.Join(dir, "argoplan"), version: version}
	return p
}
