package fleet_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/test/bench/fleet"
)

func generate(t *testing.T, spec fleet.Spec) *fleet.Fleet {
	t.Helper()
	spec.Seed, spec.Charts = 1, "http://127.0.0.1:1/charts"
	f, err := fleet.Generate(t.TempDir(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func changed(t *testing.T, base, head string) []string {
	t.Helper()
	paths, err := checkout.ChangedBetweenDirs(base, head)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// One seed gives the same files, and another one gives others.
func TestSeed(t *testing.T) {
	t.Parallel()
	spec := fleet.Spec{Shape: fleet.Mixed, Affected: 5, Total: 20}
	one, two := generate(t, spec), generate(t, spec)
	if diff := changed(t, one.Base, two.Base); diff != nil {
		t.Errorf("differ in base: %v", diff)
	}
	if diff := changed(t, one.Head, two.Head); diff != nil {
		t.Errorf("differ in head: %v", diff)
	}
	spec.Seed = 2
	other, err := fleet.Generate(t.TempDir(), spec)
	if err != nil || changed(t, one.Base, other.Base) == nil {
		t.Errorf("seed 2 gives the files of seed 1, %v", err)
	}
}

// The types come in the shares that the workloads promise.
func TestShares(t *testing.T) {
	t.Parallel()
	f := generate(t, fleet.Spec{Shape: fleet.Mixed, Affected: 40, Total: 40})
	got := map[fleet.Type]int{}
	for _, a := range f.Applications {
		got[a.Type]++
	}
	want := map[fleet.Type]int{fleet.Helm: 19, fleet.Chart: 5, fleet.Kustomize: 10, fleet.Directory: 2, fleet.Jsonnet: 2, fleet.Helmfile: 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
}

// What few Applications use changes only if all of them are affected.
func TestSharedFilesChangeForAllOrNone(t *testing.T) {
	t.Parallel()
	one := generate(t, fleet.Spec{Shape: fleet.Mixed, Affected: 1, Total: 20})
	if diff := cmp.Diff([]string{"env/shop-0-dev.yaml"}, changed(t, one.Base, one.Head)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	all := generate(t, fleet.Spec{Shape: fleet.Mixed, Affected: 40, Total: 40})
	for _, file := range []string{"charts/shop-0/Chart.yaml", "charts/shop-3/templates/api-deployment.yaml", "kustomize/site-0/base/worker.yaml"} {
		if !slices.Contains(changed(t, all.Base, all.Head), file) {
			t.Errorf("%s did not change", file)
		}
	}
}

// The upgrade of CustomResourceDefinitions has the size that it is to have.
func TestSizeOfCRDs(t *testing.T) {
	t.Parallel()
	f := generate(t, fleet.Spec{Shape: fleet.CRDs, Total: 1})
	var size int64
	files, err := filepath.Glob(filepath.Join(f.Head, "charts/operator/crds/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size < 4_800_000 || size > 5_600_000 || len(f.Applications) != 1 {
		t.Errorf("%d bytes in %d files, %d Applications", size, len(files), len(f.Applications))
	}
}
