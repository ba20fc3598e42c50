package git

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// whole is the index of all files of a commit, made once.
type whole struct {
	once sync.Once
	file string
	err  error
}

// Export writes all files of the commit to a new directory, given as an absolute
// path without symbolic links. Regular files get the mode 0644, and executable
// ones 0755 if executable says so.
func (s *Sparse) Export(ctx context.Context, to string, executable bool) error {
	s.whole.once.Do(func() {
		s.whole.file = s.dir + ".whole.index"
		s.whole.err = s.run(ctx, s.whole.file, nil, "read-tree", s.commit)
	})
	if s.whole.err != nil {
		return s.whole.err
	}
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	if err := s.run(ctx, s.whole.file, nil, "checkout-index", "-a", "-q", "--prefix="+strings.TrimSuffix(to, "/")+"/"); err != nil {
		return err
	}
	return s.modes(to, executable)
}

// run runs a git command with an index of its own.
func (s *Sparse) run(ctx context.Context, index string, stdin []byte, args ...string) error {
	at := s.at
	at.Dir, at.Env = s.dir, append(slices.Clone(at.Env), "GIT_WORK_TREE="+s.dir, "GIT_INDEX_FILE="+index)
	at.Args, at.Stdin = args, stdin
	_, err := Run(ctx, s.options, at)
	return err
}

// modes sets what the process's umask, or nobody wanting executable files, left
// wrong.
func (s *Sparse) modes(to string, executable bool) error {
	right := map[fs.FileMode]bool{} // git gave all files of a mode the same
	for name, e := range s.files {
		made, want := e.mode(), e.mode()
		if !made.IsRegular() {
			continue
		}
		if !executable {
			want = 0o644
		}
		path := filepath.Join(to, filepath.FromSlash(name))
		if _, known := right[made]; !known {
			info, err := os.Lstat(path)
			right[made] = err == nil && info.Mode().Perm() == want
		}
		if right[made] {
			continue
		}
		if err := os.Chmod(path, want); err != nil {
			return err
		}
	}
	return nil
}
