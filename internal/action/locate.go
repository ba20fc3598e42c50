package action

import (
	"context"
	"path"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/source"
)

// own says whether a source is read from the two trees.
func (c *cook) own(src argocd.Source) bool {
	return src.Chart == "" && c.repository.Is(src.RepoURL) && c.repository.Follows(src.TargetRevision)
}

// locate puts a source's files on disk. oci:// counts before chart, as it does
// for Argo CD.
func (c *cook) locate(ctx context.Context, src argocd.Source, multi bool, s side) (render.Input, error) {
	switch {
	case strings.HasPrefix(src.RepoURL, "oci://"):
		return c.artifact(ctx, src)
	case src.Chart != "":
		return c.chart(ctx, src)
	case !c.own(src):
		return c.elsewhere(ctx, src, multi)
	}
	if err := s.links(); err != nil {
		return render.Input{}, err
	}
	dir, err := source.Path(s.tree, src.Path)
	return render.Input{Root: s.tree, Dir: dir, Revision: c.revision, Whole: s.all}, err
}

// chart fetches a chart from its repository.
func (c *cook) chart(ctx context.Context, src argocd.Source) (render.Input, error) {
	fetch := c.fetcher.Chart
	if src.Helm != nil && src.Helm.PassCredentials {
		fetch = c.fetcher.ChartPassingCredentials
	}
	chart, err := fetch(ctx, src.RepoURL, src.Chart, src.TargetRevision)
	return render.Input{Root: chart.Dir, Dir: chart.Dir, Revision: chart.Version}, err
}

// artifact fetches an artifact from an OCI registry.
func (c *cook) artifact(ctx context.Context, src argocd.Source) (render.Input, error) {
	tree, err := c.fetcher.OCI(ctx, src.RepoURL, src.TargetRevision)
	if err != nil {
		return render.Input{}, err
	}
	dir, err := source.Path(tree.Dir, src.Path)
	return render.Input{Root: tree.Dir, Dir: dir, Revision: tree.Revision}, err
}

// elsewhere fetches another Git repository, or another revision of this one.
// An Application with several sources sees the id of an annotated tag as its
// revision, one with a single source that of the commit.
func (c *cook) elsewhere(ctx context.Context, src argocd.Source, multi bool) (render.Input, error) {
	tree, err := c.fetcher.Git(ctx, src.RepoURL, src.TargetRevision, src.TagPrefix)
	if err != nil {
		return render.Input{}, err
	}
	for _, submodule := range tree.Submodules {
		if overlap(path.Clean(src.Path), submodule) {
			return render.Input{}, source.NoSubmodule(submodule)
		}
	}
	revision := tree.Commit
	if multi {
		revision = tree.Revision
	}
	dir, err := source.Path(tree.Dir, src.Path)
	return render.Input{Root: tree.Dir, Dir: dir, Revision: revision}, err
}

// overlap says whether one of two paths lies in the other.
func overlap(a, b string) bool {
	return a == "." || a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}
