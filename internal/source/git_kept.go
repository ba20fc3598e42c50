package source

import (
	"context"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/git"
)

// wholePacks makes git keep what it fetches as it comes, in one file.
var wholePacks = git.Setting{Key: "fetch.unpackLimit", Value: "1"}

// anonymous says whether nobody logs in at the repository.
func (r *gitRemote) anonymous() bool {
	return !r.login.given && r.login.header.IsEmpty() && r.url.scheme != "ssh"
}

// unpack puts the objects of a commit in the store as an earlier run fetched them.
// git computes the name of each from its content, so they are what was asked for.
func (r *gitRemote) unpack(ctx context.Context, store, id string) bool {
	if !r.anonymous() {
		return false
	}
	data, ok := r.fetcher.recall(keptCommits, r.url.address+" "+id)
	if !ok {
		return false
	}
	pack := filepath.Join(store, "objects", "pack", "pack-kept.pack")
	if os.MkdirAll(filepath.Dir(pack), 0o700) != nil || os.WriteFile(pack, data, 0o600) != nil {
		return false
	}
	for _, args := range [][]string{{"index-pack", pack}, {"cat-file", "-e", id + "^{tree}"}} {
		if _, err := git.Run(ctx, r.fetcher.options.Git, git.Call{Dir: store, Env: []string{"GIT_DIR=" + store}, Args: args}); err != nil {
			_ = os.Remove(pack)
			return false
		}
	}
	return true
}

// keepPack is for later runs, if there is one pack that holds it all.
func (r *gitRemote) keepPack(store, id string) {
	packs, err := filepath.Glob(filepath.Join(store, "objects", "pack", "*.pack"))
	if err == nil && len(packs) == 1 && r.anonymous() {
		r.fetcher.keepFile(keptCommits, r.url.address+" "+id, nil, packs[0])
	}
}
