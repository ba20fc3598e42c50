package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/argoplan/argoplan/internal/process"
)

// Snapshot is the files of one commit, read from the repository's objects: none
// of them is on disk. It is an fs.FS whose paths may be any bytes that Git
// allows. Links that stay inside are followed, as a checkout on disk would; one
// that leads out of it leads nowhere. Its methods may be called concurrently.
type Snapshot struct {
	// Commits are the full ids of the submodules' commits, by path. They are
	// directories without files.
	Commits map[string]string

	ctx     context.Context // of the run that the files belong to
	options Options
	at      Call // names the repository
	commit  string
	objects *Objects
	files   map[string]Entry
	// links are those of the files that are links, and attributes those that are
	// called .gitattributes.
	links, attributes []string
	dirs              map[string][]fs.DirEntry // sorted; "." is the root
}

// Entry is one file or link of a commit.
type Entry struct {
	Mode string // as in a tree: 100644, 100755 or 120000
	ID   string // of the object
	Size int64  // in bytes
}

// List reads the names of a commit's files. at names the repository by its
// environment; objects is a reader of the same one, and outlives the result.
func List(ctx context.Context, o Options, at Call, objects *Objects, commit string) (*Snapshot, error) {
	at.Args = []string{"ls-tree", "-r", "-l", "-z", "--full-tree", commit}
	out, err := Run(ctx, o, at)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{
		ctx: ctx, options: o, at: at, commit: commit, objects: objects,
		Commits: map[string]string{}, dirs: map[string][]fs.DirEntry{".": nil},
	}
	lines := SplitNUL(out)
	s.files = make(map[string]Entry, len(lines))
	for _, line := range lines {
		if err := s.add(line); err != nil {
			return nil, err
		}
	}
	for _, entries := range s.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return s, nil
}

// add takes one line of ls-tree: mode, type, id and size, a tab, the path.
func (s *Snapshot) add(line string) error {
	about, name, _ := strings.Cut(line, "\t")
	mode, about, _ := strings.Cut(about, " ")
	_, about, _ = strings.Cut(about, " ")
	id, length, ok := strings.Cut(about, " ")
	if !ok || !plain(name) {
		return fmt.Errorf("reading commit %s: expected the path of a file, found %q", s.commit, line)
	}
	if mode == "160000" {
		s.Commits[name] = id
		s.directory(name)
		return nil
	}
	size, err := strconv.ParseInt(strings.TrimSpace(length), 10, 64)
	if err != nil {
		return fmt.Errorf("reading commit %s: expected the size of a file, found %q", s.commit, line)
	}
	e := Entry{Mode: mode, ID: id, Size: size}
	s.files[name] = e
	if e.mode()&fs.ModeSymlink != 0 {
		s.links = append(s.links, name)
	}
	if name == ".gitattributes" || strings.HasSuffix(name, "/.gitattributes") {
		s.attributes = append(s.attributes, name)
	}
	s.enter(name, e.mode(), size)
	return nil
}

// ID is what the snapshot was listed by: the id of a commit, or of a tree.
func (s *Snapshot) ID() string { return s.commit }

// Links gives all symbolic links.
func (s *Snapshot) Links() []string { return s.links }

// plain is false for what Git itself refuses to check out: such a path would
// lead elsewhere on disk.
func plain(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") {
			return false
		}
	}
	return true
}

// enter puts a name into its directory.
func (s *Snapshot) enter(name string, mode fs.FileMode, size int64) {
	dir, base := ".", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, base = name[:i], name[i+1:]
	}
	s.directory(dir)
	s.dirs[dir] = append(s.dirs[dir], info{base, mode, size})
}

func (s *Snapshot) directory(name string) {
	if _, known := s.dirs[name]; known {
		return
	}
	s.dirs[name] = nil
	s.enter(name, fs.ModeDir|0o755, 0)
}

func (e Entry) mode() fs.FileMode {
	switch e.Mode {
	case "120000":
		return fs.ModeSymlink | 0o777
	case "100755":
		return 0o755
	}
	return 0o644
}

// Search gives the regular files, sorted, whose names end in one of the
// suffixes, that have at most limit bytes and hold one of the words.
func (s *Snapshot) Search(words, suffixes []string, limit int64) ([]string, error) {
	at := s.at
	at.Args = []string{"grep", "--files-with-matches", "-z", "-F", "-a", "--full-name"}
	for _, w := range words {
		at.Args = append(at.Args, "-e", w)
	}
	at.Args = append(at.Args, s.commit, "--")
	for _, suffix := range suffixes {
		at.Args = append(at.Args, ":(top)*"+suffix)
	}
	for name, e := range s.files {
		if e.Size > limit {
			at.Args = append(at.Args, ":(top,exclude,literal)"+name)
		}
	}
	out, err := Run(s.ctx, s.options, at)
	var failed *process.Error
	if errors.As(err, &failed) && failed.Status == 1 && failed.Stderr == "" {
		return nil, nil // nothing found
	}
	if err != nil {
		return nil, err
	}
	names := SplitNUL(out)
	for i := range names {
		names[i] = strings.TrimPrefix(names[i], s.commit+":")
	}
	slices.Sort(names)
	return names, nil
}
