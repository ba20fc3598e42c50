package applicationset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// tree is one repository at one revision.
type tree struct {
	dir    string
	own    bool     // this repository
	dirs   []string // all but hidden ones, sorted
	names  []string // files and links, sorted
	listed bool
}

// Listings are trees that were listed, by directory. Nothing may change in these, and
// one goroutine uses them at a time.
type Listings struct{ trees map[string]*tree }

// NewListings knows no tree.
func NewListings() *Listings { return &Listings{map[string]*tree{}} }

func (l *Listings) of(t *tree) *tree {
	if l.trees[t.dir] == nil {
		l.trees[t.dir] = t
	}
	return l.trees[t.dir]
}

// scan lists the tree, once. All files count as tracked.
func (t *tree) scan() error {
	if t.listed {
		return nil
	}
	err := filepath.WalkDir(t.dir, func(full string, entry fs.DirEntry, err error) error {
		if err != nil || full == t.dir {
			return err
		}
		name, err := filepath.Rel(t.dir, full)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case name == ".git" && entry.IsDir():
			return fs.SkipDir
		case name == ".git":
		case !entry.IsDir():
			t.names = append(t.names, name)
		case !slices.ContainsFunc(strings.Split(name, "/"), hidden):
			t.dirs = append(t.dirs, name)
		}
		return nil
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
func (t *tree) directories() ([]string, error) {
	return t.dirs, t.scan()
}

// match gives the files that a pattern of a files generator finds.
func (t *tree) match(pattern string, globs bool) ([]string, error) {
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
func (t *tree) glob(pattern string) ([]string, error) {
	clean := path.Clean(strings.TrimLeft(pattern, "/"))
	if !filepath.IsLocal(clean) {
		return t.globFromOutside(clean)
	}
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return nil, fmt.Errorf("opening the tree: %w", err)
	}
	defer root.Close()
	found, err := doublestar.Glob(root.FS(), clean)
	if err != nil {
		return nil, fmt.Errorf("expected a glob, found %q: %w", pattern, err)
	}
	return slices.DeleteFunc(found, func(name string) bool { return name == ".git" || strings.HasPrefix(name, ".git/") }), nil
}

// globFromOutside finds what a pattern with .. at its start matches inside of
// the tree: "../**/x" finds every x. The name of Argo CD's checkout is random.
func (t *tree) globFromOutside(pattern string) ([]string, error) {
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
func (t *tree) read(name string) ([]byte, error) {
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return nil, fmt.Errorf("opening the tree: %w", err)
	}
	defer root.Close()
	data, err := root.ReadFile(name)
	var where *fs.PathError
	if errors.As(err, &where) {
		err = fmt.Errorf("reading the file: %w", where.Err) // without this machine's paths
	}
	return data, err
}
