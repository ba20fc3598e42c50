package fleet_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/repo"

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

// index is the chart repository's, up to the only chart that it really has: an
// archive carries the time at which it was made.
func index(t *testing.T, f *fleet.Fleet) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(f.Charts, "index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	listed, _, found := strings.Cut(string(text), "\n  web:\n")
	if !found {
		t.Fatal("the index lacks the chart web")
	}
	return listed
}

// The index that umbrella charts need has the size that it is to have, and
// describes charts as Helm does.
func TestSizeOfIndex(t *testing.T) {
	t.Parallel()
	f := generate(t, fleet.Spec{Shape: fleet.Umbrella, Affected: 5, Total: 10, Listed: 100})
	read, err := repo.LoadIndexFile(filepath.Join(f.Charts, "index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	versions := 0
	for name, list := range read.Entries {
		versions += len(list)
		if v := list[0]; v.Digest == "" || v.Created.IsZero() || v.Name != name {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if size := len(index(t, f)); size < 9_500_000 || size > 10_500_000 || len(read.Entries) != 101 || versions < 8_500 || versions > 9_500 {
		t.Errorf("%d bytes, %d charts, %d versions", size, len(read.Entries), versions)
	}
}

// One seed gives the same index, and another one gives another.
func TestSeedOfIndex(t *testing.T) {
	t.Parallel()
	spec := fleet.Spec{Shape: fleet.Umbrella, Affected: 5, Total: 10, Listed: 3}
	one, two := generate(t, spec), generate(t, spec)
	if index(t, one) != index(t, two) || changed(t, one.Base, two.Base) != nil || changed(t, one.Head, two.Head) != nil {
		t.Error("one seed gives two fleets")
	}
	spec.Seed = 2
	other, err := fleet.Generate(t.TempDir(), spec)
	if err != nil || index(t, one) == index(t, other) {
		t.Errorf("seed 2 gives the index of seed 1, %v", err)
	}
}

// All umbrella charts are affected, and bring nothing that they depend on.
func TestUmbrellas(t *testing.T) {
	t.Parallel()
	f := generate(t, fleet.Spec{Shape: fleet.Umbrella, Affected: 5, Total: 10})
	var want []string
	for _, a := range f.Applications {
		if !a.Build || a.Type != fleet.Helm {
			t.Errorf("%s is no umbrella chart", a.Name)
		}
		want = append(want, a.Values...)
		if files, err := filepath.Glob(filepath.Join(f.Head, a.Path, "*")); err != nil || len(files) != 1 {
			t.Errorf("%s holds %v, %v", a.Path, files, err)
		}
	}
	if diff := cmp.Diff(want, changed(t, f.Base, f.Head)); diff != "" || len(want) != 5 {
		t.Errorf("%d Applications, changed (-want +got):\n%s", len(want), diff)
	}
	if apps, err := filepath.Glob(filepath.Join(f.Head, "apps/*")); err != nil || len(apps) != 10 {
		t.Errorf("%d Applications in all, %v", len(apps), err)
	}
}
