package cache

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// abandoned is how old a file must be that is still being written for nobody to
// be writing it any more.
const abandoned = time.Hour

type entry struct {
	name string
	size int64
	used time.Time
}

// evict removes what was not used for longest until the rest is below the limit.
// Another run may do the same, or read what is removed: it is a miss there.
func (s *Store) evict() error {
	entries, total, err := s.entries()
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.name, b.name)) })
	for _, e := range entries {
		if total <= s.options.Limit {
			break
		}
		if err := s.all.Remove(e.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		total -= e.size
	}
	return nil
}

// entries lists the files of all spaces, and removes those that a run which died
// was writing.
func (s *Store) entries() (entries []entry, total int64, err error) {
	err = fs.WalkDir(s.all.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return nil
		}
		var info fs.FileInfo
		if err == nil {
			info, err = d.Info()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // another run was faster
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), temporaryPrefix):
			if s.options.Now().Sub(info.ModTime()) > abandoned {
				_ = s.all.Remove(name)
			}
			return nil
		}
		entries, total = append(entries, entry{name, info.Size(), info.ModTime()}), total+info.Size()
		return nil
	})
	return entries, total, err
}
