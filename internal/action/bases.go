package action

import (
	"context"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/source"
)

// bases fetches what kustomizations name by URL. One that names this
// repository at the base branch is the side's own tree: that is what it will
// be once the pull request is merged.
type bases struct {
	*source.Fetcher
	repository argocd.Repository
	tree       string
}

// Fetch gives the directory of a repository at ref, "" for its HEAD.
func (b bases) Fetch(ctx context.Context, repoURL, ref string) (string, error) {
	if b.repository.Is(repoURL) && b.repository.Follows(ref) {
		return b.tree, nil
	}
	return b.Fetcher.Fetch(ctx, repoURL, ref)
}

// ChartDir gives the chart of a kustomization's helmCharts. Without a version it
// is the newest one, as for helm pull.
func (b bases) ChartDir(ctx context.Context, repoURL, chart, version string) (string, error) {
	c, err := b.Chart(ctx, repoURL, chart, orDefault(version, "*"))
	return c.Dir, err
}
