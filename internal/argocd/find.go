package argocd

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Found is what ReadApplications read from one tree.
type Found struct {
	// Applications are sorted by file, then by their place in it.
	Applications []Application
	// Problems are files and documents that could not be read as what they
	// seem to be. They end nothing.
	Problems []Problem
}

// Problem is a place in the tree that needs a person's eye.
type Problem struct {
	File string // slash-separated, relative to the tree
	Line int    // 1-based; 0 if it is about the whole file
	Err  error
}

// ReadApplications reads every Application of the tree: each document with kind
// Application and an apiVersion of argoproj.io, also inside a kind List, in
// files named *.yaml, *.yml or *.json. Symbolic links, .git and the templates
// of charts are left out: Argo CD applies none of these as they stand.
func ReadApplications(tree string) (Found, error) {
	var found Found
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipDir(tree, path, d.Name())
		}
		if !d.Type().IsRegular() || !manifestFile(d.Name()) {
			return nil
		}
		return found.read(tree, path)
	})
	found.dropDuplicates()
	return found, err
}

// skipDir keeps ReadApplications out of directories that hold no manifests of their own.
func skipDir(tree, path, name string) error {
	if path == tree {
		return nil
	}
	if name == ".git" || name == "templates" && isFile(filepath.Join(filepath.Dir(path), "Chart.yaml")) {
		return filepath.SkipDir
	}
	return nil
}

func isFile(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

func manifestFile(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".yaml" || ext == ".yml" || ext == ".json"
}

// read adds what one file holds. Files that never name Argo CD's group are not
// parsed: most files of a large repository are none of ours.
func (f *Found) read(tree, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Contains(data, []byte(group)) || !bytes.Contains(data, []byte("Application")) {
		return nil
	}
	rel, err := filepath.Rel(tree, path)
	if err != nil {
		return err
	}
	f.add(filepath.ToSlash(rel), data)
	return nil
}

// dropDuplicates keeps the first definition of an Application and reports the
// others.
func (f *Found) dropDuplicates() {
	seen := map[ID]*Application{}
	kept := f.Applications[:0:0]
	for i := range f.Applications {
		a := &f.Applications[i]
		id := ID{Namespace: a.Namespace, Name: a.Name}
		if first, ok := seen[id]; ok {
			f.Problems = append(f.Problems, duplicateOf(a, first))
			continue
		}
		seen[id] = a
		kept = append(kept, *a)
	}
	f.Applications = kept
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return strings.Compare(a.File, b.File) })
}
