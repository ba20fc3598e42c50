package affected

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/argoplan/argoplan/internal/plainyaml"
	"github.com/argoplan/argoplan/internal/tree"
)

// maxFile bounds a file that is looked at, in bytes.
const maxFile = 32 << 20

// Tree is the files of one revision. Nothing outside of its directory is read,
// not even through a link, and what was asked once is remembered. It is not for
// several goroutines at once.
type Tree struct {
	fs    tree.FS
	links func() []link
	// other is a tree that is the same but for the changed paths, and touched has
	// these and the directories above them.
	other   *Tree
	touched map[string]bool

	files map[string][]byte // nil for what can't be read
	lists map[string][]fs.DirEntry
	kinds map[string]fs.FileMode // 0 for a regular file, absent for nothing
	maps  map[string]map[string]any
}

// missing is the kind of what isn't there.
const missing = fs.ModeIrregular

// NewTree looks at the files of one revision.
func NewTree(files tree.FS) *Tree {
	return &Tree{
		fs:    files,
		links: sync.OnceValue(func() []link { return findLinks(files) }),
		files: map[string][]byte{}, lists: map[string][]fs.DirEntry{}, kinds: map[string]fs.FileMode{}, maps: map[string]map[string]any{},
	}
}

// Changed gives another tree of which all is the same but the changed paths, so
// that what is known of t need not be read again.
func (t *Tree) Changed(files tree.FS, changed []string) *Tree {
	other := NewTree(files)
	other.other, other.touched = t, map[string]bool{}
	for _, name := range changed {
		for ; name != "." && !other.touched[name]; name = path.Dir(name) {
			other.touched[name] = true
		}
	}
	other.touched["."] = len(changed) > 0
	other.links = sync.OnceValue(func() []link {
		links := slices.DeleteFunc(slices.Clone(t.links()), func(l link) bool { return other.touched[l.name] })
		for _, name := range changed {
			if info, err := files.Lstat(name); err == nil && info.Mode()&fs.ModeSymlink != 0 {
				links = addLink(links, files, name)
			}
		}
		return links
	})
	return other
}

// same gives the tree that has a path as t has it: one that t was made from, or t
// itself.
func (t *Tree) same(name string) *Tree {
	if t.other == nil || t.touched[name] || t.throughLink(name) || t.other.throughLink(name) {
		return t
	}
	return t.other.same(name)
}

// throughLink says whether a path leads elsewhere in the tree: then it may be
// another file though nothing of its name changed.
func (t *Tree) throughLink(name string) bool {
	return slices.ContainsFunc(t.links(), func(l link) bool { return name == l.name || inside(l.name, name) })
}

// Read gives a file's content; ok is false for what can't be read. The render
// says what is wrong with it.
func (t *Tree) Read(name string) (data []byte, ok bool) {
	if t = t.same(name); t.kind(name) != 0 {
		return nil, false
	}
	data, known := t.files[name]
	if !known {
		data, _ = t.fs.ReadFile(name)
		t.files[name] = data
	}
	return data, data != nil
}

// yaml gives a file that is a YAML map; nil if it isn't.
func (t *Tree) yaml(name string) map[string]any {
	t = t.same(name)
	if object, known := t.maps[name]; known {
		return object
	}
	data, ok := t.Read(name)
	if !ok {
		return nil
	}
	object, err := plainyaml.Unmarshal(data)
	if err != nil {
		object = nil
	}
	t.maps[name] = object
	return object
}

// list gives what is in a directory, sorted.
func (t *Tree) list(dir string) []fs.DirEntry {
	if dir != "." && !filepath.IsLocal(filepath.FromSlash(dir)) {
		return nil
	}
	t = t.same(dir)
	entries, known := t.lists[dir]
	if !known {
		entries, _ = t.fs.ReadDir(dir)
		t.lists[dir] = entries
	}
	return entries
}

// kind gives a path's type, behind a link that stays in the tree: 0 for a regular
// file, a directory's bit, or missing.
func (t *Tree) kind(name string) fs.FileMode {
	if name == "." {
		return fs.ModeDir
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return missing
	}
	t = t.same(name)
	kind, known := t.kinds[name]
	if !known {
		kind = t.look(name)
		t.kinds[name] = kind
	}
	return kind
}

func (t *Tree) look(name string) fs.FileMode {
	if t.kind(path.Dir(name)) != fs.ModeDir {
		return missing
	}
	entry, found := t.entry(path.Dir(name), path.Base(name))
	if !found {
		return missing
	}
	if kind := entry.Type(); kind == fs.ModeDir {
		return kind
	}
	stat := t.fs.Stat
	if entry.Type() == 0 {
		stat = func(string) (fs.FileInfo, error) { return entry.Info() }
	}
	info, err := stat(name)
	if err != nil || info.Size() > maxFile && !info.IsDir() {
		return missing
	}
	return info.Mode().Type()
}

// entry finds what a directory has by a name.
func (t *Tree) entry(dir, name string) (fs.DirEntry, bool) {
	entries := t.list(dir)
	i, found := slices.BinarySearchFunc(entries, name, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
	if !found {
		return nil, false
	}
	return entries[i], true
}

// has says whether a directory has something by a name without slashes. It is
// cheaper than kind where it mostly has not.
func (t *Tree) has(dir, name string) bool {
	_, found := t.entry(dir, name)
	return found
}

func (t *Tree) isDir(name string) bool  { return t.kind(name) == fs.ModeDir }
func (t *Tree) isFile(name string) bool { return t.kind(name) == 0 }
