package source

import (
	"context"
	"net/http"
	"time"

	"helm.sh/helm/v3/pkg/repo"
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
	// Scratch is a directory of this run alone for downloads and charts.
	Scratch string
	Mirrors Mirrors
	// Sleep waits between tries, and ends early with the context's error. Nil
	// really waits.
	Sleep func(context.Context, time.Duration) error
}

// Fetcher brings charts from Helm repositories to disk, each once per run. Its
// methods may be called from several goroutines.
type Fetcher struct {
	options   Options
	downloads once[string, string]
	indexes   once[string, *repo.IndexFile]
	charts    once[chartKey, Chart]
}

// NewFetcher makes a Fetcher. It downloads nothing yet.
func NewFetcher(o Options) *Fetcher {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 2 * time.Minute}
	}
	if o.Sleep == nil {
		o.Sleep = sleep
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
