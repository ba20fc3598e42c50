package action

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/source"
)

// price is what it costs to render and compare a source at one side, in
// microseconds on some machine; only the proportions count.
type price struct{ base, perKiB int }

// The prices are rounded medians over the Applications of make bench's row of 100,
// rendered one at a time, divided by the bytes below the source's path where it
// is these that cost. A kustomization's bases lie elsewhere, and what a chart
// repository has isn't known before it is fetched.
var (
	directoryPrice = price{1_000, 250}
	jsonnetPrice   = price{8_000, 250}
	kustomizePrice = price{14_000, 250}
	helmPrice      = price{5_000, 1_000}
	pluginPrice    = price{400_000, 250}
	fetchedPrice   = price{80_000, 0} // a chart, or another repository
)

// cost estimates what is left to do for an Application: a side that was rendered
// to find others costs nothing more.
func (d *comparison) cost(k *kitchen, s affected.Selected) int {
	total := 1
	for index, a := range []*argocd.Application{s.Base, s.Head} {
		if a == nil || a.Invalid != nil || k.memo[index][a.ID(d.in.controlPlane)] != nil {
			continue
		}
		sources, multi := a.EffectiveSources()
		for _, src := range sources {
			if !multi || src.Path != "" || src.Chart != "" {
				total += d.priceOf(src, [2]string{d.trees.base, d.trees.head}[index])
			}
		}
	}
	return total
}

// priceOf looks at a source's definition and at its directory, and runs nothing.
func (d *comparison) priceOf(src argocd.Source, tree string) int {
	own := d.repository()
	if src.Chart != "" || !own.Is(src.RepoURL) || !own.Follows(src.TargetRevision) {
		return fetchedPrice.base
	}
	dir, err := source.Path(tree, src.Path)
	if err != nil {
		return directoryPrice.base
	}
	p := d.kind(src, dir)
	return p.base + p.perKiB*kibibytes(dir)
}

// kind guesses the tool, as render.Renderer decides it but for what plugins
// discover.
func (d *comparison) kind(src argocd.Source, dir string) price {
	has := func(names ...string) bool {
		for _, name := range names {
			if found, _ := filepath.Glob(filepath.Join(glob(dir), name)); len(found) > 0 {
				return true
			}
		}
		return false
	}
	switch {
	case src.Plugin != nil, len(d.plugins) > 0 && has("helmfile.y*ml", "helmfile.y*ml.gotmpl", "helmfile.d"):
		return pluginPrice
	case src.Kustomize != nil, has("kustomization.y*ml", "Kustomization"):
		return kustomizePrice
	case src.Helm != nil, has("Chart.yaml"):
		return helmPrice
	case has("*.jsonnet"):
		return jsonnetPrice
	}
	return directoryPrice
}

// glob makes a pattern of a path.
func glob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// kibibytes is the size of the files below a directory, as far as it can be read:
// a render says what is wrong with it.
func kibibytes(dir string) int {
	var size int64
	_ = fs.WalkDir(os.DirFS(dir), ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return int(size >> 10)
}
