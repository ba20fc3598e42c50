package source

import (
	"bytes"
	"crypto/sha256"
	"net/url"
	"os"

	"github.com/argoplan/argoplan/internal/argocd"
)

// Cache keeps bytes from one run to the next. What it gives is not trusted to be
// there; here it holds nothing that a login fetched.
type Cache interface {
	Get(kind string, key [32]byte) ([]byte, bool)
	Put(kind string, key [32]byte, data []byte)
}

// The kinds of what is kept: answers by their URL, and content by its digest or
// by its commit.
const (
	keptAnswers = "downloads"
	keptContent = "content"
	keptCommits = "commits"
)

// maxKept bounds what is kept of one thing, in bytes.
const maxKept = 50 << 20

// recall gives what an earlier run kept under a name.
func (f *Fetcher) recall(kind, name string) ([]byte, bool) {
	if f.options.Cache == nil {
		return nil, false
	}
	return f.options.Cache.Get(kind, sha256.Sum256([]byte(name)))
}

// keep is for later runs. parts are put together if they aren't too large.
func (f *Fetcher) keep(kind, name string, parts ...[]byte) {
	if f.options.Cache != nil {
		f.options.Cache.Put(kind, sha256.Sum256([]byte(name)), bytes.Join(parts, nil))
	}
}

// keepFile is keep for a file, behind head.
func (f *Fetcher) keepFile(kind, name string, head []byte, file string) {
	if f.options.Cache == nil {
		return
	}
	if info, err := os.Stat(file); err != nil || info.Size() > maxKept {
		return
	}
	if data, err := os.ReadFile(file); err == nil {
		f.keep(kind, name, head, data)
	}
}

// answer is what a server said about a URL, and what it called that.
type answer struct {
	etag string
	body []byte
}

// lastAnswer gives that of an earlier run. It counts if the server says that
// nothing changed, so a server without ETags is always asked for everything.
func (f *Fetcher) lastAnswer(address string, login argocd.Credential) (last answer) {
	if !anonymous(address, login) {
		return last
	}
	data, ok := f.recall(keptAnswers, address)
	etag, body, whole := bytes.Cut(data, []byte("\n"))
	if !ok || !whole {
		return last
	}
	return answer{string(etag), body}
}

func (f *Fetcher) keepAnswer(address string, login argocd.Credential, etag, file string) {
	if etag != "" && anonymous(address, login) {
		f.keepFile(keptAnswers, address, []byte(etag+"\n"), file)
	}
}

// anonymous says whether nobody logs in to ask for a URL.
func anonymous(address string, login argocd.Credential) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.User == nil && !login.HasLogin()
}

// archive gives the file of a chart's archive: an earlier run's if the index says
// its digest.
func (f *Fetcher) archive(digest string, public bool, fetch func() (string, error)) (string, error) {
	if digest == "" || !public {
		return fetch()
	}
	if data, ok := f.recall(keptContent, digest); ok {
		if file, err := f.save(bytes.NewReader(data), maxArchive); err == nil && checkArchive(file, digest) == nil {
			return file, nil
		}
	}
	file, err := fetch()
	if err == nil {
		f.keepFile(keptContent, digest, nil, file)
	}
	return file, err
}
