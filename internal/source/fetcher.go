package source

import (
	"context"
	"net/http"
	"sync"
	"time"

	"helm.sh/helm/v3/pkg/repo"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/git"
	"github.com/argoplan/argoplan/internal/network"
)

// Bounds of what is downloaded and unpacked, in bytes unless it says
// otherwise.
const (
	maxIndex   = 50 << 20
	maxArchive = 100 << 20
	// maxUnpacked is Argo CD's bound for an extracted chart.
	maxUnpacked = 1 << 30
	maxEntry    = 100 << 20
	maxEntries  = 100_000
)

// Options is what a Fetcher needs from its surroundings.
type Options struct {
	// Client makes the requests; its timeout counts per try. Nil is a client
	// with a timeout of two minutes.
	Client *http.Client
	// Guard says which servers may be asked; nil lets all. The transport of
	// Client is the guard's own.
	Guard *network.Guard
	// Scratch is a directory of this run alone for downloads and charts.
	Scratch string
	Mirrors Mirrors
	// Credentials are chosen by the URL of a repository.
	Credentials argocd.Credentials
	// KnownHosts are the lines of ssh's known_hosts file; "" uses those of the
	// machine.
	KnownHosts string
	// Git is for the git command. Without a timeout each command has five
	// minutes.
	Git GitOptions
	// Own gives the repository that the run is about, for the other revisions
	// of it, and nil for another URL. It may be nil itself.
	Own func(repoURL string) Remote
	// Submodules says whether to fetch those of Git repositories.
	Submodules bool
	// LFS says whether to fetch the Git LFS files of repositories whose
	// credential has enableLfs.
	LFS bool
	// Cache keeps what is fetched for later runs; nil keeps nothing.
	Cache Cache
	// Now is the clock; nil is that of the machine.
	Now func() time.Time
	// Sleep waits between tries, and ends early with the context's error. Nil
	// really waits.
	Sleep func(context.Context, time.Duration) error
}

// GitOptions says what the git command may use.
type GitOptions = git.Options

// Fetcher brings sources to disk, each once per run. Its methods may be called from several goroutines.
type Fetcher struct {
	options   Options
	downloads once[download, string]
	indexes   once[download, *repo.IndexFile]
	loaded    once[string, *repo.IndexFile] // by file
	charts    once[chartKey, Chart]
	remotes   once[string, Remote]
	refs      once[string, refsAnswer]
	revisions once[treeKey, Tree]
	bases     once[treeKey, Tree]
	artifacts once[download, Tree]
	commits   once[treeKey, git.Tree]
	tokens    once[appKey, argocd.Secret]
	known     sync.Map // directories to func() string
}

// NewFetcher makes a Fetcher. It downloads nothing yet.
func NewFetcher(o Options) *Fetcher {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 2 * time.Minute}
	}
	client := *o.Client
	client.CheckRedirect = sameOrigin(client.CheckRedirect)
	o.Client = &client
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Git.Timeout == 0 {
		o.Git.Timeout = 5 * time.Minute
	}
	return &Fetcher{options: o}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
