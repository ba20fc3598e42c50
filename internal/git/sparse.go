package git

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/argoplan/argoplan/internal/tree"
)

// Sparse is one commit of which only that is on disk which was asked for. What
// is there is what a checkout would have written.
type Sparse struct {
	*Snapshot
	dir     string
	mu      sync.Mutex
	written map[string]bool
	whole   whole
}

// NewSparse puts nothing into dir, an empty directory given as an absolute path
// without symbolic links. at names a repository of its own by its environment,
// whose index this one uses.
func NewSparse(s *Snapshot, dir string) *Sparse {
	return &Sparse{Snapshot: s, dir: dir, written: map[string]bool{}}
}

// Converts says whether Git would write files that differ from what the objects
// hold: line ends, encodings and $Id$, as .gitattributes say. Then Snapshot does
// not show what a checkout has.
func (s *Snapshot) Converts() (bool, error) {
	for _, name := range s.attributes {
		text, err := s.ReadFile(name)
		if err != nil {
			return false, err
		}
		for _, word := range []string{"crlf", "encoding", "ident"} {
			if bytes.Contains(text, []byte(word)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// Write puts files on disk that are not there yet, and what links among them
// lead to. It says whether there were any.
func (s *Sparse) Write(ctx context.Context, p tree.Paths) (wrote bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.missing(p)
	if err != nil || len(names) == 0 {
		return false, err
	}
	if s.few(names) {
		err = s.put(names)
	} else {
		err = s.putAll(ctx, names)
	}
	if err != nil {
		return false, err
	}
	for _, name := range names {
		s.written[name] = true
	}
	return true, nil
}

// missing gives what p means and is not on disk, sorted.
func (s *Sparse) missing(p tree.Paths) ([]string, error) {
	wanted := map[string]bool{}
	want := func(name string) {
		if !s.written[name] {
			wanted[name] = true
		}
	}
	if p.All {
		for name := range s.files {
			want(name)
		}
		return sorted(wanted), nil
	}
	if len(s.written) == 0 {
		for _, name := range s.attributes {
			want(name) // they say how the others are written
		}
	}
	seen := map[string]bool{}
	for _, name := range p.Names {
		if err := s.reach(path.Clean(name), seen, want); err != nil {
			return nil, err
		}
	}
	for _, pattern := range p.Globs {
		for name := range s.files {
			if ok, err := doublestar.Match(pattern, name); ok && err == nil {
				if err := s.reach(name, seen, want); err != nil {
					return nil, err
				}
			}
		}
	}
	return sorted(wanted), nil
}

func sorted(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// reach wants what a path names, the links on the way to it, and where these
// and those below it lead.
func (s *Sparse) reach(name string, seen map[string]bool, want func(string)) error {
	if seen[name] || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil
	}
	seen[name] = true
	if e, ok := s.files[name]; ok {
		want(name)
		if e.mode()&fs.ModeSymlink == 0 {
			return nil
		}
		target, err := s.ReadLink(name)
		if err != nil || path.IsAbs(target) {
			return err
		}
		return s.reach(path.Join(path.Dir(name), target), seen, want)
	}
	if entries, ok := s.dirs[name]; ok {
		for _, e := range entries {
			if err := s.reach(path.Join(name, e.Name()), seen, want); err != nil {
				return err
			}
		}
		return nil
	}
	return s.throughLink(name, seen, want)
}

// throughLink goes on where a link on the way to a path leads.
func (s *Sparse) throughLink(name string, seen map[string]bool, want func(string)) error {
	for i := range name {
		if name[i] != '/' {
			continue
		}
		e, ok := s.files[name[:i]]
		if !ok || e.mode()&fs.ModeSymlink == 0 {
			continue
		}
		target, err := s.ReadLink(name[:i])
		if err != nil || path.IsAbs(target) {
			return err
		}
		want(name[:i])
		return s.reach(path.Join(path.Dir(name[:i]), target, strings.TrimPrefix(name[i:], "/")), seen, want)
	}
	return nil
}
