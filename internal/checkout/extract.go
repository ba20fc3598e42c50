package checkout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Tree is one side of a comparison on disk.
type Tree struct {
	Dir string // absolute
	// Commit is the full id, or "" for the working tree.
	Commit string
	// Submodules are the paths of other repositories inside the tree, sorted.
	// Their files are not in it.
	Submodules []string
}

// Extract writes the files of a commit to dir, which must be outside the
// repository and empty or missing.
//
// The files are those that a clone's checkout gives: export-ignore does not
// count, as it would with git archive, line endings and encodings follow
// .gitattributes, and LFS pointers stay pointers. It happens in a git directory
// of its own that borrows the clone's objects. So the clone is not written to,
// and no filter or attribute of its configuration has a say. Git itself refuses
// paths like "../x" and ".git/config" and does not write through symbolic links.
func (g *Git) Extract(ctx context.Context, commit, dir string) (Tree, error) {
	if err := checkCommits(commit); err != nil {
		return Tree{}, fmt.Errorf("extracting a commit: %w", err)
	}
	dir, err := g.prepare(dir)
	if err != nil {
		return Tree{}, fmt.Errorf("extracting commit %s: %w", commit, err)
	}
	submodules, err := g.extract(ctx, commit, dir)
	if err != nil {
		return Tree{}, fmt.Errorf("extracting commit %s: %w", commit, err)
	}
	return Tree{Dir: dir, Commit: commit, Submodules: submodules}, nil
}

func (g *Git) extract(ctx context.Context, commit, dir string) (submodules []string, err error) {
	if err := g.completeObjects(ctx, commit); err != nil {
		return nil, err
	}
	store, err := g.store(filepath.Dir(dir))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(store)) }()
	at := call{dir: dir, env: []string{"GIT_DIR=" + store, "GIT_WORK_TREE=" + dir}}
	at.args = []string{"read-tree", "--reset", "-u", commit}
	if _, err := g.run(ctx, at); err != nil {
		return nil, err
	}
	at.args = []string{"ls-files", "--stage", "-z"}
	out, err := g.run(ctx, at)
	if err != nil {
		return nil, err
	}
	for _, entry := range splitNUL(out) {
		if meta, path, _ := strings.Cut(entry, "\t"); strings.HasPrefix(meta, "160000 ") {
			submodules = append(submodules, path)
		}
	}
	return submodules, nil
}

// store makes a git directory below parent that reads the clone's objects.
func (g *Git) store(parent string) (string, error) {
	dir, err := os.MkdirTemp(parent, ".git-")
	if err != nil {
		return "", err
	}
	files := map[string]string{
		"HEAD":   "ref: refs/heads/none\n",
		"config": "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
		// Its lines need no quoting, unlike GIT_ALTERNATE_OBJECT_DIRECTORIES.
		"objects/info/alternates": g.objects + "\n",
		"refs/.keep":              "",
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
	}
	return dir, nil
}

// prepare makes dir, and gives its absolute path without symbolic links.
func (g *Git) prepare(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return "", err
	}
	if rel, err := filepath.Rel(g.root, real); err == nil && filepath.IsLocal(rel) {
		return "", fmt.Errorf("expected a directory outside the repository, found %s", real)
	}
	entries, err := os.ReadDir(real)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("expected an empty directory, found %d entries in %s", len(entries), real)
	}
	return real, err
}

// splitNUL splits the output of a command that was given -z.
func splitNUL(out []byte) []string {
	if len(out) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
