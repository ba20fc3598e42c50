package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// gitRemote is a repository somewhere else.
type gitRemote struct {
	fetcher *Fetcher
	url     gitURL
	login   gitLogin
}

func (f *Fetcher) newGitRemote(ctx context.Context, repoURL string) (*gitRemote, error) {
	parsed, err := parseGitURL(repoURL)
	if err != nil {
		return nil, err
	}
	login, err := f.gitLogin(ctx, repoURL, parsed)
	if err != nil {
		return nil, err
	}
	settings, err := f.pinned(ctx, parsed)
	login.config = append(login.config, settings...)
	return &gitRemote{fetcher: f, url: parsed, login: login}, err
}

// Refs asks the repository.
func (r *gitRemote) Refs(ctx context.Context) ([]git.Ref, error) {
	out, err := r.run(ctx, git.Call{Args: []string{"ls-remote", "--quiet", "--end-of-options", r.url.address}})
	if err != nil {
		return nil, err
	}
	return git.ParseRefs(out), nil
}

// CheckOut fetches one commit, without its history, to a store that is removed
// again.
func (r *gitRemote) CheckOut(ctx context.Context, id, dir string) (tree git.Tree, err error) {
	store, err := os.MkdirTemp(r.fetcher.options.Scratch, "store-")
	if err != nil {
		return git.Tree{}, fmt.Errorf("making a directory for the objects: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(store)) }()
	if err := git.InitBare(store, ""); err != nil {
		return git.Tree{}, fmt.Errorf("making a directory for the objects: %w", err)
	}
	commit, err := r.fetch(ctx, store, id)
	if err != nil {
		return git.Tree{}, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return git.Tree{}, err
	}
	tree, err = git.Extract(ctx, r.fetcher.options.Git, filepath.Join(store, "objects"), commit, dir)
	if err != nil {
		return git.Tree{}, fmt.Errorf("extracting commit %s: %w", commit, err)
	}
	if r.login.lfs && r.fetcher.options.LFS {
		return tree, r.fetchLFS(ctx, tree.Dir)
	}
	return tree, r.checkLFS(tree.Dir)
}

// fetch gives the commit's full id. A shortened id can't be asked for, and some
// servers don't give a commit by its id: then all branches and tags are
// fetched.
func (r *gitRemote) fetch(ctx context.Context, store, id string) (string, error) {
	refspecs := []string{"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}
	switch {
	case !git.IsSHA(id):
	case r.unpack(ctx, store, id):
		refspecs = nil
	default:
		err := r.fetchInto(ctx, store, []string{"--depth=1"}, id)
		if err != nil && !refusesIDs(err) {
			return "", err
		}
		if err == nil {
			refspecs = nil
			defer r.keepPack(store, id)
		}
	}
	if refspecs != nil {
		if err := r.fetchInto(ctx, store, nil, refspecs...); err != nil {
			return "", err
		}
	}
	out, err := git.Run(ctx, r.fetcher.options.Git, git.Call{
		Dir: store, Env: []string{"GIT_DIR=" + store},
		Args: []string{"rev-parse", "--verify", "--quiet", "--end-of-options", id + "^{commit}"},
	})
	if git.Exited(err, 1) {
		return "", fault.WithHint(fmt.Errorf("the repository has no commit %s in its branches and tags", id), "Check targetRevision.")
	}
	return strings.TrimSpace(string(out)), err
}

// refusesIDs is true for a server that serves only what its refs point to. One
// that doesn't have the commit says something else.
func refusesIDs(err error) bool { return strings.Contains(err.Error(), "unadvertised object") }

func (r *gitRemote) fetchInto(ctx context.Context, store string, options []string, refspecs ...string) error {
	args := append([]string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"}, options...)
	args = append(args, "--end-of-options", r.url.address)
	_, err := r.run(ctx, git.Call{Args: append(args, refspecs...), Env: []string{"GIT_DIR=" + store}, Config: []git.Setting{wholePacks}})
	return err
}

// run talks to the server, and to the one that it points to.
func (r *gitRemote) run(ctx context.Context, c git.Call) ([]byte, error) {
	out, err := r.ask(ctx, c)
	if !r.hasMoved(err) {
		return out, explainGit(err)
	}
	next, err := r.follow(ctx)
	if err != nil {
		return nil, err
	}
	c.Args = slices.Clone(c.Args)
	for i, arg := range c.Args {
		if arg == r.url.address {
			c.Args[i] = next.url.address
		}
	}
	out, err = next.ask(ctx, c)
	return out, explainGit(err)
}

// ask talks to the server, up to three times.
func (r *gitRemote) ask(ctx context.Context, c git.Call) ([]byte, error) {
	c.Dir = r.fetcher.options.Scratch
	c.Config = append(c.Config, r.login.config...)
	c.Env = append(c.Env, r.login.env...)
	for try := 1; ; try++ {
		out, err := git.Run(ctx, r.fetcher.options.Git, c)
		if err == nil || try == tries || !mayPass(err) {
			return out, err
		}
		if slept := r.fetcher.options.Sleep(ctx, time.Duration(1<<(try-1))*time.Second); slept != nil {
			return nil, slept
		}
	}
}

// checkLFS fails where Argo CD would fetch the content of Git LFS pointers:
// where the repository's Secret has enableLfs. Everywhere else Argo CD renders
// the pointers, too.
func (r *gitRemote) checkLFS(dir string) error {
	if !r.login.lfs {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != ".gitattributes" || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), "filter=lfs") {
			err = fault.Skip("the repository keeps files in Git LFS, and these are not fetched; set the input lfs to true")
		}
		return err
	})
}
