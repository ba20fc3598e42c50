package argocd

import (
	"bytes"
	"slices"
	"strings"
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
// Application and an apiVersion of argoproj.io, also inside a kind List.
func (f *Files) Applications() Found {
	var found Found
	for _, file := range f.files {
		// Parsing is dear; files that can't hold one are left alone.
		if bytes.Contains(file.data, []byte(group)) && bytes.Contains(file.data, []byte("Application")) {
			found.add(file.name, file.data)
		}
	}
	found.dropDuplicates()
	return found
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
