package action

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/source"
)

// refName is what Argo CD takes for a ref.
var refName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// refs gives the directory of each source that has a ref, for src to read.
func (c *cook) refs(ctx context.Context, src argocd.Source, all []argocd.Source, multi bool, s side) (map[string]string, error) {
	refs := map[string]string{}
	read := []argocd.Source{src}
	for _, r := range all {
		switch {
		case r.Ref == "" || !multi:
			continue
		case refs["$"+r.Ref] != "":
			return nil, fmt.Errorf("expected every ref once, found %q on two sources", r.Ref)
		case !refName.MatchString(r.Ref):
			return nil, fmt.Errorf("expected a ref of letters, digits, - and _, found %q", r.Ref)
		case r.Chart != "" && reads(src, r.Ref):
			return nil, errors.New("expected a ref on a Git source, found it on chart " + r.Chart)
		case r.Chart != "":
			continue // nothing of it is read
		}
		tree, err := c.ref(ctx, r, s)
		if err == nil && reads(src, r.Ref) {
			err = c.oneRevision(ctx, read, r, s)
			read = append(read, r)
		}
		if err != nil {
			return nil, fmt.Errorf("reading ref %s: %w", r.Ref, err)
		}
		refs["$"+r.Ref] = tree.Dir
	}
	return refs, nil
}

// ref gives the tree of one ref. Any file of it may be asked for, so a tree with
// a submodule is not taken.
func (c *cook) ref(ctx context.Context, r argocd.Source, s side) (source.Tree, error) {
	if c.own(r) {
		return source.Tree{Dir: s.tree, Commit: s.commit}, nil
	}
	if strings.HasPrefix(r.RepoURL, "oci://") {
		return source.Tree{}, fault.Skip("a ref to an OCI artifact is not supported: %s", r.RepoURL)
	}
	tree, err := c.fetcher.Git(ctx, r.RepoURL, r.TargetRevision, r.TagPrefix)
	if err == nil && len(tree.Submodules) > 0 {
		err = source.NoSubmodule(tree.Submodules[0])
	}
	return tree, err
}

// reads says whether a source names a ref; only value files and file
// parameters can.
func reads(src argocd.Source, ref string) bool {
	if src.Helm == nil {
		return false
	}
	files := slices.Clone(src.Helm.ValueFiles)
	for _, p := range src.Helm.FileParameters {
		files = append(files, p.Path)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		name, _, _ := strings.Cut(file, "/")
		return name == "$"+ref
	})
}

// oneRevision refuses what Argo CD can't do: its repo-server has one checkout
// of a repository at a time. The first of read is the source itself, which may
// say the same commit in other words; refs may not.
func (c *cook) oneRevision(ctx context.Context, read []argocd.Source, r argocd.Source, s side) error {
	for i, other := range read {
		if other.Chart != "" || argocd.NormalizeGitURL(other.RepoURL) != argocd.NormalizeGitURL(r.RepoURL) {
			continue
		}
		if i > 0 && other.TargetRevision != r.TargetRevision {
			return fmt.Errorf("cannot reference multiple revisions for the same repository: %q and %q", other.TargetRevision, r.TargetRevision)
		}
		one, err := c.ref(ctx, other, s)
		if err != nil {
			return err
		}
		two, err := c.ref(ctx, r, s)
		if err != nil {
			return err
		}
		if one.Commit != two.Commit {
			return fault.WithHint(fmt.Errorf("cannot reference a different revision of the same repository: %q and %q", other.TargetRevision, r.TargetRevision),
				"Argo CD refuses this, too; give both sources the same targetRevision.")
		}
	}
	return nil
}
