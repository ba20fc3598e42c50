package argocd

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"
)

// Found is what Applications read from one tree.
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

// Applications gives every Application of the files: each document with kind
// Application and an apiVersion of argoproj.io, also inside a kind List. With
// patterns, only files that match one count; ** crosses directories. An error
// is a broken pattern.
func (f *Files) Applications(patterns ...string) (Found, error) {
	var found Found
	var files []*file
	for _, file := range f.files {
		ok, err := matchesAny(patterns, file.name)
		if err != nil {
			return found, err
		}
		// Parsing is dear; files that can't hold one are left alone.
		if ok && bytes.Contains(file.data, []byte(group)) && bytes.Contains(file.data, []byte("Application")) {
			files = append(files, file)
		}
	}
	parse(files)
	for _, file := range files {
		in := file.applications()
		found.Applications, found.Problems = append(found.Applications, in.Applications...), append(found.Problems, in.Problems...)
	}
	found.dropDuplicates()
	return found, nil
}

// parse reads the Applications of files, on all processors.
func parse(files []*file) {
	var wait sync.WaitGroup
	for some := range slices.Chunk(files, len(files)/runtime.GOMAXPROCS(0)+1) {
		wait.Go(func() {
			for _, file := range some {
				file.applications()
			}
		})
	}
	wait.Wait()
}

// matchesAny is true without patterns. A directory's name stands for all that
// lies below it.
func matchesAny(patterns []string, name string) (bool, error) {
	for _, p := range patterns {
		p = strings.TrimPrefix(strings.TrimSuffix(p, "/"), "./")
		for _, pattern := range []string{p, p + "/**"} {
			ok, err := doublestar.Match(pattern, name)
			if err != nil {
				return false, fmt.Errorf("%q: %w", p, err)
			}
			if ok {
				return true, nil
			}
		}
	}
	return len(patterns) == 0, nil
}

// dropDuplicates keeps the first definition of an Application and reports the
// others.
func (f *Found) dropDuplicates() {
	seen := map[ID]*Application{}
	kept := slices.Grow(f.Applications[:0:0], len(f.Applications))
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
