package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is the files of a commit, or of a working tree, on disk.
type Tree struct {
	Dir string // absolute
	// Commit is the full id, or "" for the working tree.
	Commit string
	// Submodules are the paths of other repositories inside the tree, sorted.
	// Their files are not in it.
	Submodules []string
	// Commits are the full ids of the submodules' commits, by path.
	Commits map[string]string
}

// Extract writes the files of a commit to dir, an empty directory given as an
// absolute path without symbolic links. objects is the object directory that
// has the commit.
//
// The files are those that a clone's checkout gives: export-ignore does not
// count, as it would with git archive, line endings and encodings follow
// .gitattributes, and LFS pointers stay pointers. It happens in a git directory
// of its own that borrows the objects. So the repository is not written to,
// and no filter or attribute of its configuration has a say. Git itself refuses
// paths like "../x" and ".git/config" and does not write through symbolic links.
func Extract(ctx context.Context, o Options, objects, commit, dir string) (tree Tree, err error) {
	store, err := Borrow(filepath.Dir(dir), objects)
	if err != nil {
		return Tree{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(store)) }()
	at := Call{Dir: dir, Env: []string{"GIT_DIR=" + store, "GIT_WORK_TREE=" + dir}}
	at.Args = []string{"read-tree", "--reset", "-u", commit}
	if _, err := Run(ctx, o, at); err != nil {
		return Tree{}, err
	}
	at.Args = ListIndex()
	out, err := Run(ctx, o, at)
	if err != nil {
		return Tree{}, err
	}
	tree = Tree{Dir: dir, Commit: commit, Commits: Gitlinks(out)}
	for path := range tree.Commits {
		tree.Submodules = append(tree.Submodules, path)
	}
	slices.Sort(tree.Submodules)
	return tree, nil
}

// ListIndex are the arguments of the command whose output Gitlinks reads.
func ListIndex() []string { return []string{"ls-files", "--stage", "-z"} }

// Gitlinks gives the commits of the submodules in an index, by path.
func Gitlinks(index []byte) map[string]string {
	commits := map[string]string{}
	for _, entry := range SplitNUL(index) {
		meta, path, _ := strings.Cut(entry, "\t")
		if fields := strings.Fields(meta); len(fields) == 3 && fields[0] == "160000" {
			commits[path] = fields[1]
		}
	}
	return commits
}

// Borrow makes a git directory below parent that reads the objects of another.
func Borrow(parent, objects string) (string, error) {
	dir, err := os.MkdirTemp(parent, ".git-")
	if err != nil {
		return "", err
	}
	// Lines need no quoting, unlike GIT_ALTERNATE_OBJECT_DIRECTORIES.
	if err := InitBare(dir, objects+"\n"); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// InitBare makes an empty git directory of dir, without running git and its
// templates. alternates are the lines of objects/info/alternates.
func InitBare(dir, alternates string) error {
	files := map[string]string{
		"HEAD":                    "ref: refs/heads/none\n",
		"config":                  "[core]\n\trepositoryformatversion = 0\n\tbare = false\n",
		"objects/info/alternates": alternates,
		"refs/.keep":              "",
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// SplitNUL splits the output of a command that was given -z.
func SplitNUL(out []byte) []string {
	if len(out) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
