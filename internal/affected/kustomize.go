package affected

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/plainyaml"
)

// kustomizations are the names of a kustomization file, in Kustomize's order.
var kustomizations = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// kustomize gives the reasons that lie in what a kustomization uses outside of
// its own directory: bases, components, patches, the files of generators.
func (r *reader) kustomize(dir string, k *argocd.Kustomize) []string {
	seen := map[string]bool{}
	reasons := r.kustomization(dir, seen)
	if k == nil {
		return reasons
	}
	for _, c := range k.Components {
		reasons = merge(reasons, r.use(dir, c, seen))
	}
	for _, p := range k.Patches {
		reasons = merge(reasons, r.uses(dir, p, seen))
	}
	return reasons
}

// kustomization follows one kustomization file. What can't be read uses
// nothing here; the render says what is wrong with it.
func (r *reader) kustomization(dir string, seen map[string]bool) []string {
	if seen[dir] {
		return nil
	}
	seen[dir] = true
	for _, name := range kustomizations {
		if !r.tree.has(dir, name) {
			continue
		}
		name = path.Join(dir, name)
		if !r.tree.isFile(name) {
			continue
		}
		file := r.tree.yaml(name)
		reasons := r.uses(dir, file, seen)
		reasons = merge(reasons, r.generators(dir, file["generators"], seen))
		if file["helmCharts"] != nil || file["helmChartInflationGenerator"] != nil {
			reasons = merge(reasons, r.use(dir, "charts", seen))
		}
		return reasons
	}
	return nil
}

// generators looks at what the configurations of generators name, such as the
// encrypted files of KSOPS: paths in them begin where the kustomization is.
func (r *reader) generators(dir string, entries any, seen map[string]bool) (reasons []string) {
	list, _ := entries.([]any)
	for _, entry := range list {
		text, _ := entry.(string)
		name := path.Join(dir, text)
		r.reads.other(name)
		data, ok := r.tree.Read(name)
		if !ok {
			data = []byte(text) // it may stand there itself
		}
		if config, err := plainyaml.Unmarshal(data); err == nil {
			reasons = merge(reasons, r.uses(dir, config, seen))
		}
	}
	return reasons
}

// uses looks at every string of a kustomization: any of them may be a path, and
// one that isn't names nothing in the tree.
func (r *reader) uses(dir string, value any, seen map[string]bool) (reasons []string) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			reasons = merge(reasons, r.uses(dir, v[key], seen))
		}
	case []any:
		for _, child := range v {
			reasons = merge(reasons, r.uses(dir, child, seen))
		}
	case string:
		reasons = r.use(dir, v, seen)
		if _, file, ok := strings.Cut(v, "="); ok {
			reasons = merge(reasons, r.use(dir, file, seen)) // a generator's "key=file"
		}
	}
	return reasons
}

// use gives the reasons of one path that a kustomization in dir names.
func (r *reader) use(dir, name string, seen map[string]bool) []string {
	if name == "" || len(name) > 1024 || strings.ContainsAny(name, "\n\x00") || strings.HasPrefix(name, "/") {
		return nil
	}
	if name != "." && name != ".." && !strings.Contains(name, "/") && !r.tree.has(dir, name) {
		return nil // most names by far: a word that isn't a path
	}
	used := path.Join(dir, name)
	if base, ok := r.ownBase(name); ok {
		used = base
	}
	if !filepath.IsLocal(filepath.FromSlash(used)) {
		return nil
	}
	switch kind := r.tree.kind(used); {
	case kind == fs.ModeDir && inside(dir, used):
		return r.kustomization(used, seen) // its files count already
	case inside(dir, used):
		return nil
	case kind != fs.ModeDir:
		// A path that this side lacks was added or deleted by the pull request.
		return r.file(used, fmt.Sprintf("is used by the kustomization in %s", dir))
	case r.hasKustomization(used):
		reasons := r.below(used, func(file string) string {
			return fmt.Sprintf("%s belongs to the base %s, which %s uses", file, name, dir)
		})
		reasons = merge(reasons, r.linked(used, map[string]bool{}))
		return merge(reasons, r.kustomization(used, seen))
	}
	return r.below(used, func(file string) string {
		return fmt.Sprintf("%s is in %s, which the kustomization in %s uses", file, name, dir)
	})
}

// ownBase gives the directory of a URL that names this repository at the base
// branch: "https://host/owner/name//dir?ref=main", or without the "//".
func (r *reader) ownBase(name string) (dir string, ok bool) {
	host, _, isPath := strings.Cut(name, "/")
	if !isPath || strings.HasPrefix(name, ".") || !strings.ContainsAny(host, ".:") {
		return "", false // most names by far: no repository is written so
	}
	name, query, _ := strings.Cut(strings.TrimPrefix(name, "git::"), "?")
	ref := ""
	for pair := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(pair, "ref="); ok {
			ref = value
		}
	}
	scheme, rest, _ := strings.Cut(name, "://")
	if rest == "" {
		scheme, rest = "https", name
	}
	repo, dir, split := strings.Cut(rest, "//")
	if parts := strings.SplitN(rest, "/", 4); !split && len(parts) == 4 {
		repo, dir = strings.Join(parts[:3], "/"), parts[3]
	}
	return path.Clean(dir), r.query.Repository.Is(scheme+"://"+repo) && r.query.Repository.Follows(ref)
}

func (r *reader) hasKustomization(dir string) bool {
	for _, name := range kustomizations {
		if r.tree.has(dir, name) && r.tree.isFile(path.Join(dir, name)) {
			return true
		}
	}
	return false
}

// file gives a reason if one file changed.
func (r *reader) file(name, why string) []string {
	r.reads.file(name)
	if r.changed[name] {
		return []string{name + " " + why}
	}
	return nil
}
