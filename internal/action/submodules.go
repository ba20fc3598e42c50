package action

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// complete adds the files of submodules to a tree of this repository. What is
// lacking after that is given by path, with the reason.
func (d *comparison) complete(ctx context.Context, clone *checkout.Git, tree checkout.Tree) (checkout.Tree, map[string]error, error) {
	if len(tree.Submodules) == 0 {
		return tree, nil, nil
	}
	if tree.Commit == "" && d.in.submodules {
		if err := d.copySubmodules(ctx, clone.Root(), &tree); err != nil {
			return tree, nil, err
		}
	}
	scratch, err := os.MkdirTemp(d.scratch, "submodules-")
	if err != nil {
		return tree, nil, fmt.Errorf("making a temporary directory: %w", err)
	}
	fetcher, err := d.fetcher(scratch, source.Mirrors{})
	if err != nil {
		return tree, nil, err
	}
	tree, lacks := fetcher.Complete(ctx, tree, d.trees.remote, clone.Modules())
	return tree, lacks, nil
}

// copySubmodules takes the submodules of a working tree as they are there. One
// that is not checked out is left to be fetched.
func (d *comparison) copySubmodules(ctx context.Context, root string, tree *checkout.Tree) error {
	var left []string
	for _, path := range tree.Submodules {
		dir := filepath.Join(root, filepath.FromSlash(path))
		if _, err := os.Lstat(filepath.Join(dir, ".git")); errors.Is(err, fs.ErrNotExist) {
			left = append(left, path)
			continue
		}
		clone, err := checkout.Open(ctx, dir, checkout.Options{Env: append([]string{"PATH=" + d.env.path}, d.env.forwarded...)})
		if err == nil {
			_, err = clone.WorkingTree(ctx, filepath.Join(tree.Dir, filepath.FromSlash(path)))
		}
		if err != nil {
			return fmt.Errorf("copying the submodule %s: %w", path, err)
		}
	}
	tree.Submodules = left
	return nil
}

// changedInside replaces each submodule among the changed paths by what differs
// in it, if both sides have its files.
func (t *trees) changedInside(empty string) error {
	var changed []string
	for _, name := range t.changed {
		if !t.isSubmodule(name) || t.lacks[0][name] != nil || t.lacks[1][name] != nil {
			changed = append(changed, name)
			continue
		}
		var dirs [2]string
		for i, tree := range []string{t.base, t.head} {
			dirs[i] = filepath.Join(tree, filepath.FromSlash(name))
			if info, err := os.Lstat(dirs[i]); err != nil || !info.IsDir() {
				dirs[i] = empty
			}
		}
		inside, err := checkout.ChangedBetweenDirs(dirs[0], dirs[1])
		if err != nil {
			return fmt.Errorf("comparing the submodule %s: %w", name, err)
		}
		for _, file := range inside {
			changed = append(changed, name+"/"+file)
		}
	}
	slices.Sort(changed)
	t.changed = slices.Compact(changed)
	return nil
}

func (t *trees) isSubmodule(name string) bool {
	return t.submodules[0][name] != "" || t.submodules[1][name] != ""
}

// lacking are the submodules without files, on either side, sorted.
func (t *trees) lacking() []string {
	all := maps.Clone(t.lacks[0])
	if all == nil {
		all = map[string]error{}
	}
	maps.Copy(all, t.lacks[1])
	return slices.Sorted(maps.Keys(all))
}

// changedPaths are those that differ, and what Applications name in a changed
// submodule without files: it differs, too.
func (d *comparison) changedPaths() []string {
	changed := slices.Clone(d.trees.changed)
	own := func(s argocd.Source) bool {
		r := d.repository()
		return s.Chart == "" && r.Is(s.RepoURL) && r.Follows(s.TargetRevision)
	}
	for _, submodule := range d.trees.lacking() {
		if !slices.Contains(d.trees.changed, submodule) {
			continue
		}
		for _, a := range slices.Concat(d.found[0].Applications, d.found[1].Applications) {
			sources, _ := a.EffectiveSources()
			for _, s := range sources {
				for _, file := range readPaths(s, own, sources) {
					if strings.HasPrefix(file, submodule+"/") {
						changed = append(changed, file)
					}
				}
			}
		}
	}
	slices.Sort(changed)
	return slices.Compact(changed)
}

// warnOfSubmodules names what is missing at head.
func (t *trees) warnOfSubmodules() {
	for _, path := range slices.Sorted(maps.Keys(t.lacks[1])) {
		why := withHint(t.lacks[1][path])
		if skipped := (*fault.Unsupported)(nil); errors.As(t.lacks[1][path], &skipped) {
			why = "the input submodules fetches them"
		}
		t.warnings = append(t.warnings, report.Warning{Side: report.Head, File: path,
			Message: "the files of this submodule are missing, so what reads it is not rendered; " + why})
	}
}

// lacking says why a source of this repository can't be rendered: it, or a file
// that it names, lies in a submodule without files.
func (s side) lacking(src argocd.Source, own func(argocd.Source) bool, all []argocd.Source) error {
	for _, submodule := range slices.Sorted(maps.Keys(s.lacks)) {
		for _, file := range readPaths(src, own, all) {
			if overlap(file, submodule) {
				return s.lacks[submodule]
			}
		}
	}
	return nil
}

// readPaths are the places in this repository that a source names: its path, and
// value files and file parameters, by a ref or not.
func readPaths(src argocd.Source, own func(argocd.Source) bool, all []argocd.Source) (paths []string) {
	if own(src) {
		paths = append(paths, path.Clean(src.Path))
	}
	if src.Helm == nil {
		return paths
	}
	files := slices.Clone(src.Helm.ValueFiles)
	for _, p := range src.Helm.FileParameters {
		files = append(files, p.Path)
	}
	for _, file := range files {
		name, rest, _ := strings.Cut(file, "/")
		ref := slices.IndexFunc(all, func(s argocd.Source) bool { return s.Ref != "" && "$"+s.Ref == name })
		switch {
		case ref >= 0 && own(all[ref]):
			paths = append(paths, path.Clean(rest))
		case ref >= 0 || !own(src):
		case strings.HasPrefix(file, "/"):
			paths = append(paths, path.Clean(file[1:]))
		default:
			paths = append(paths, path.Join(src.Path, file))
		}
	}
	return paths
}
