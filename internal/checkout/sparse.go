package checkout

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/argoplan/argoplan/internal/git"
)

// Sparse is one commit of which only that is on disk which was asked for.
type Sparse = git.Sparse

// Store reads the commits of one repository without writing its files. The
// caller closes it.
type Store struct {
	git     *Git
	dir     string
	at      git.Call
	objects *git.Objects
	fetch   sync.Mutex // of what a partial clone lacks, for one commit after the other
}

// Store makes a git directory below scratch that borrows the repository's
// objects, so that nothing of its configuration has a say.
func (g *Git) Store(ctx context.Context, scratch string) (*Store, error) {
	dir, err := git.Borrow(scratch, g.objects)
	if err != nil {
		return nil, fmt.Errorf("reading the repository: %w", err)
	}
	at := git.Call{Dir: dir, Env: []string{"GIT_DIR=" + dir}}
	return &Store{git: g, dir: dir, at: at, objects: git.OpenObjects(ctx, g.command(), at)}, nil
}

// Close ends what reads, and removes the directory.
func (s *Store) Close() {
	if s != nil {
		s.objects.Close()
		_ = os.RemoveAll(s.dir)
	}
}

// Sparse gives a commit of which nothing is on disk yet, and its tree in dir,
// which must be outside the repository and empty or missing. It is nil for a
// commit that can't be read this way: one with submodules, and one whose files
// Git changes when it writes them. It may be called concurrently.
func (s *Store) Sparse(ctx context.Context, commit, dir string) (*Sparse, Tree, error) {
	if err := checkCommits(commit); err != nil {
		return nil, Tree{}, fmt.Errorf("reading a commit: %w", err)
	}
	sparse, tree, err := s.sparse(ctx, commit, dir)
	if err != nil {
		return nil, Tree{}, fmt.Errorf("reading commit %s: %w", commit, err)
	}
	return sparse, tree, nil
}

func (s *Store) complete(ctx context.Context, commit string) error {
	s.fetch.Lock()
	defer s.fetch.Unlock()
	return s.git.completeObjects(ctx, commit)
}

func (s *Store) sparse(ctx context.Context, commit, dir string) (*Sparse, Tree, error) {
	if err := s.complete(ctx, commit); err != nil {
		return nil, Tree{}, err
	}
	return s.list(ctx, commit, dir)
}

// list takes the tree of a commit, or one by its own id.
func (s *Store) list(ctx context.Context, commit, dir string) (*Sparse, Tree, error) {
	files, err := git.List(ctx, s.git.command(), s.at, s.objects, commit)
	if err != nil || len(files.Commits) > 0 {
		return nil, Tree{}, err
	}
	if converts, err := files.Converts(); err != nil || converts {
		return nil, Tree{}, err
	}
	if dir, err = s.git.prepare(dir); err != nil {
		return nil, Tree{}, err
	}
	return git.NewSparse(files, filepath.Clean(dir)), Tree{Dir: dir, Commit: commit}, nil
}
