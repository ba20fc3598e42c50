package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
	trees "github.com/argoplan/argoplan/internal/tree"
)

// Tree is a revision of a Git repository, or an OCI artifact, on disk.
type Tree struct {
	// Dir is absolute. It must not be written to: everybody who asks for the
	// revision gets the same one.
	Dir string
	// Commit is the full id of the commit; for an OCI artifact the digest.
	Commit string
	// Revision is what the target revision was resolved to: the tag's own id
	// for an annotated tag. ARGOCD_APP_REVISION carries it in an Application
	// with several sources, and Commit in one with one.
	Revision string
	// Submodules are the paths of submodules that Argo CD would fetch, sorted;
	// here their directories are empty. With Options.Submodules there are none.
	Submodules []string
}

// Remote is one Git repository that commits come from.
type Remote interface {
	// Refs lists the repository's refs as git ls-remote does. With an error,
	// those are given that are known without asking it.
	Refs(ctx context.Context) ([]git.Ref, error)
	// CheckOut writes the files of a commit to dir, an empty directory. id is
	// the full id of a commit or an annotated tag, or a shortened one.
	CheckOut(ctx context.Context, id, dir string) (git.Tree, error)
}

type treeKey struct{ repoURL, revision, tagPrefix string }

// Git fetches one revision of a Git repository. revision is resolved as Argo
// CD does: a full id, HEAD for "", the highest tag that satisfies a semver
// constraint (with tagPrefix cut off), the name of a branch or tag, a
// shortened id. A repository is asked for its refs once per run, and each
// commit is fetched once. A tree with a symbolic link that leaves it is an
// error, as it is for Argo CD. A login that argoplan doesn't know, and Git LFS
// where Argo CD would fetch it, give a fault.Unsupported.
func (f *Fetcher) Git(ctx context.Context, repoURL, revision, tagPrefix string) (Tree, error) {
	key := treeKey{repoURL, revision, tagPrefix}
	tree, err := f.revisions.do(ctx, key, func(ctx context.Context) (Tree, error) {
		return f.gitTree(ctx, key, resolveRevision)
	})
	return tree, named(err, repoURL, revision)
}

// Fetch fetches what a tool's own reference to another repository names, such
// as a remote base of a kustomization: ref is a branch, a tag or an id, never a
// constraint, and "" is HEAD. It gives the directory of the tree, which must
// not be written to.
func (f *Fetcher) Fetch(ctx context.Context, repoURL, ref string) (string, error) {
	tree, err := f.bases.do(ctx, treeKey{repoURL: repoURL, revision: ref}, func(ctx context.Context) (Tree, error) {
		tree, err := f.gitTree(ctx, treeKey{repoURL: repoURL, revision: ref}, exactRevision)
		if err == nil && len(tree.Submodules) > 0 {
			err = NoSubmodule(tree.Submodules[0])
		}
		return tree, err
	})
	return tree.Dir, named(err, repoURL, ref)
}

func exactRevision(refs []git.Ref, revision, _ string) (string, error) {
	if id := exactRef(refs, revision); id != "" {
		return id, nil
	}
	return "", unknownRevision(refs, revision)
}

func named(err error, repoURL, revision string) error {
	if err == nil {
		return nil
	}
	if revision == "" {
		revision = "HEAD"
	}
	return fmt.Errorf("fetching revision %q of %s: %w", revision, git.WithoutUser(repoURL), err)
}

type resolver func(refs []git.Ref, revision, tagPrefix string) (string, error)

// gitTree resolves and fetches a revision of one repository.
func (f *Fetcher) gitTree(ctx context.Context, key treeKey, resolve resolver) (Tree, error) {
	if err := checkRevision(key.revision); err != nil {
		return Tree{}, err
	}
	remote, err := f.remotes.do(ctx, key.repoURL, func(ctx context.Context) (Remote, error) { return f.remote(ctx, key.repoURL) })
	if err != nil {
		return Tree{}, err
	}
	id := strings.ToLower(key.revision)
	if !anySHA.MatchString(key.revision) {
		if id, err = f.resolve(ctx, remote, key, resolve); err != nil {
			return Tree{}, err
		}
	}
	tree, err := f.commit(ctx, remote, key.repoURL, id, 0)
	if err == nil {
		err = CheckLinks(trees.Dir(tree.Dir))
	}
	if err != nil {
		return Tree{}, err
	}
	if f.openTo(remote, tree) {
		f.known.Store(tree.Dir, func() string { return "commit " + tree.Commit })
	}
	return Tree{Dir: tree.Dir, Commit: tree.Commit, Revision: id, Submodules: tree.Submodules}, nil
}

// remote gives the repository of the run, or another one.
func (f *Fetcher) remote(ctx context.Context, repoURL string) (Remote, error) {
	if f.options.Own != nil {
		if own := f.options.Own(repoURL); own != nil {
			return own, nil
		}
	}
	return f.newGitRemote(ctx, repoURL)
}

// resolve asks for the refs once. Where the repository can't be asked, what is
// known of it is enough for a name, but not to say which tag is the highest.
func (f *Fetcher) resolve(ctx context.Context, remote Remote, key treeKey, resolve resolver) (string, error) {
	got, err := f.refs.do(ctx, key.repoURL, func(ctx context.Context) (refsAnswer, error) {
		refs, err := remote.Refs(ctx)
		return refsAnswer{refs, err}, nil
	})
	if err != nil {
		return "", err
	}
	if got.err == nil {
		return resolve(got.refs, key.revision, key.tagPrefix)
	}
	if id := exactRef(got.refs, key.revision); id != "" {
		return id, nil
	}
	return "", got.err
}

// refsAnswer is what Remote.Refs gave: both may be there.
type refsAnswer struct {
	refs []git.Ref
	err  error
}

// commit gives the tree of one commit with its submodules, if these are wanted.
// depth is how many repositories it lies in.
func (f *Fetcher) commit(ctx context.Context, remote Remote, repoURL, id string, depth int) (git.Tree, error) {
	return f.commits.do(ctx, treeKey{repoURL: repoURL, revision: id}, func(ctx context.Context) (git.Tree, error) {
		tree, err := f.checkOut(ctx, remote, id)
		if err != nil {
			return tree, err
		}
		if !f.options.Submodules {
			return tree, nil // whoever reads one finds out
		}
		tree, missing := f.complete(ctx, tree, repoURL, "", depth)
		for _, path := range tree.Submodules {
			return tree, missing[path]
		}
		return tree, nil
	})
}

// checkOut writes a tree to a directory of its own.
func (f *Fetcher) checkOut(ctx context.Context, remote Remote, id string) (git.Tree, error) {
	dir, err := os.MkdirTemp(f.options.Scratch, "tree-")
	if err != nil {
		return git.Tree{}, fmt.Errorf("making a directory for the tree: %w", err)
	}
	tree, err := remote.CheckOut(ctx, id, dir)
	if err != nil {
		return git.Tree{}, errors.Join(err, os.RemoveAll(dir))
	}
	return tree, nil
}
