package source

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/git"
)

// Identity gives what tells the content of a directory that the Fetcher brought
// from any other content. ok is false for one that nobody knows, and for one that
// a login gave: whoever reads this repository may not read that.
func (f *Fetcher) Identity(dir string) (id string, ok bool) {
	known, ok := f.known.Load(dir)
	if !ok {
		return "", false
	}
	id = known.(func() string)()
	return id, id != ""
}

// identify notes what a directory was unpacked from.
func (f *Fetcher) identify(dir, archive string) {
	f.known.Store(dir, sync.OnceValue(func() string {
		file, err := os.Open(archive)
		if err != nil {
			return ""
		}
		defer file.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, file); err != nil {
			return ""
		}
		return "archive " + hex.EncodeToString(sum.Sum(nil))
	}))
}

// public says whether a URL was asked without any login, the one of a mirror that
// stands in for it included.
func (f *Fetcher) public(address string, login argocd.Credential) bool {
	from, err := f.options.Mirrors.locate(address)
	if err != nil || from.file != "" {
		return err == nil
	}
	if from.url != address {
		login, _ = f.options.Credentials.HelmFile(from.url)
	}
	return !login.HasLogin()
}

// openTo says whether anybody may read what a Git repository holds that may read
// this one. Its submodules may have been fetched with logins of their own.
func (f *Fetcher) openTo(remote Remote, tree git.Tree) bool {
	if f.options.Submodules && len(tree.Commits) > 0 {
		return false
	}
	r, elsewhere := remote.(*gitRemote)
	return !elsewhere || r.anonymous()
}
