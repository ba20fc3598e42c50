package applicationset

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/argoplan/argoplan/internal/tree"
)

// gitTree is one repository at one revision.
type gitTree struct {
	fs     tree.FS
	own    bool     // this repository
	dirs   []string // all but hidden ones, sorted
	names  []string // files and links, sorted
	listed bool
}

// Listings are trees that were listed. Nothing may change in these, and
// one goroutine uses them at a time.
type Listings struct{ trees map[tree.FS]*gitTree }

// NewListings knows no tree.
func NewListings() *Listings { return &Listings{map[tree.FS]*gitTree{}} }

func (l *Listings) of(t *gitTree) *gitTree {
	if l.trees[t.fs] == nil {
		l.trees[t.fs] = t
	}
	return l.trees[t.fs]
}

// scan lists the tree, once. All files count as tracked.
func (t *gitTree) scan() error {
	if t.listed {
		return nil
	}
	err := tree.Walk(t.fs, func(name string, entry fs.DirEntry) (bool, error) {
		switch {
		case name == ".git":
			return false, nil
		case !entry.IsDir():
			t.names = append(t.names, name)
		case !slices.ContainsFunc(strings.Split(name, "/"), hidden):
			t.dirs = append(t.dirs, name)
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("listing the files: %w", err)
	}
	t.listed = true
	return nil
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// directories gives all but the root and those below a hidden one. Links aren't
// followed.
func (t *gitTree) directories() ([]string, error) {
	return t.dirs, t.scan()
}

// match gives the files that a pattern of a files generator finds.
func (t *gitTree) match(pattern string, globs bool) ([]string, error) {
	if globs {
		return t.glob(pattern)
	}
	spec, err := newPathspec(pattern)
	if err != nil {
		return nil, err
	}
	if err := t.scan(); err != nil {
		return nil, err
	}
	var found []string
	for _, name := range t.names {
		if spec.matches(name) {
			found = append(found, name)
		}
	}
	return found, nil
}

// glob finds files by a pattern with **. It finds directories, too, which can't
// be read then: as in Argo CD, that is an error.
func (t *gitTree) glob(pattern string) ([]string, error) {
	clean := path.Clean(strings.TrimLeft(pattern, "/"))
	if !filepath.IsLocal(clean) {
		return t.globFromOutside(clean)
	}
	found, err := doublestar.Glob(t.fs, clean)
	if err != nil {
		return nil, fmt.Errorf("expected a glob, found %q: %w", pattern, err)
	}
	return slices.DeleteFunc(found, func(name string) bool { return name == ".git" || strings.HasPrefix(name, ".git/") }), nil
}

// globFromOutside finds what a pattern with .. at its start matches inside of
// the tree: "../**/x" finds every x. The name of Argo CD's checkout is random.
func (t *gitTree) globFromOutside(pattern string) ([]string, error) {
	const checkout = "/tmp/_argocd-repo/checkout"
	if err := t.scan(); err != nil {
		return nil, err
	}
	var found []string
	for _, name := range t.names {
		match, err := doublestar.Match(path.Join(checkout, pattern), path.Join(checkout, name))
		if err != nil {
			return nil, fmt.Errorf("expected a glob, found %q: %w", pattern, err)
		}
		if match {
			found = append(found, name)
		}
	}
	return found, nil
}

// read gives a file's content. A link that leaves the tree is not followed.
func (t *gitTree) read(name string) ([]byte, error) {
	data, err := t.fs.ReadFile(name)
	var where *fs.PathError
	if errors.As(err, &where) {
		err = fmt.Errorf("reading the file: %w", where.Err) // without this machine's paths
	}
	return data, err
}
