package action

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// side is one of the two revisions, on disk.
type side struct {
	tree string
	// links fails if the tree holds a symbolic link that leaves it; the scan
	// runs once.
	links func() error
	// renderer and tracking follow the side's own argocd-cm.
	renderer *render.Renderer
	tracking manifest.Tracking
}

// cook renders whole Applications: it fetches each source, renders it, and puts
// the results together as Argo CD does.
type cook struct {
	charts     *source.Fetcher
	repository argocd.Repository
	inputs     inputs
	clusters   clusters
	revision   string // what ARGOCD_APP_REVISION holds on both sides
}

// rendered is one Application at one side.
type rendered struct {
	report.Render
	objects []*unstructured.Unstructured
}

// application renders all sources of a. The result's Err says what went wrong;
// a panic in a library becomes one, so that one Application fails alone.
func (c *cook) application(ctx context.Context, a *argocd.Application, s side) (out rendered) {
	out.FailedSource = -1
	defer func() {
		if p := recover(); p != nil {
			out.Err = fault.WithHint(fmt.Errorf("rendering stopped unexpectedly: %v", p), "this is an error in argoplan; please report it")
		}
	}()
	if a.Invalid != nil {
		out.Err = fault.InFile(a.Invalid, a.File)
		return out
	}
	sources, multi := a.EffectiveSources()
	for i, src := range sources {
		objects, about, err := c.source(ctx, a, src, sources, multi, s)
		out.Sources = append(out.Sources, about)
		if err != nil {
			out.Err, out.FailedSource = err, i
			if c.own(src) {
				out.File, out.Line = locateFile(s.tree, src.Path, fault.FileOf(err))
			}
			return out
		}
		out.objects = append(out.objects, objects...)
	}
	out.Err = finish(out.objects, a.Spec.Destination.Namespace, s.tracking)
	return out
}

// finish does what Argo CD does to the objects of all sources together: it
// fills in namespaces, and refuses metadata that it can't track.
func finish(objects []*unstructured.Unstructured, namespace string, method manifest.Tracking) error {
	manifest.Place(objects, namespace, manifest.NewScope(objects, nil))
	return manifest.CheckMetadata(objects, method)
}

// source renders one source. One that others only refer to renders nothing.
func (c *cook) source(ctx context.Context, a *argocd.Application, src argocd.Source, all []argocd.Source, multi bool, s side) ([]*unstructured.Unstructured, report.RenderedSource, error) {
	about := report.RenderedSource{Own: c.own(src)}
	if multi && src.Path == "" && src.Chart == "" {
		about.Type = "reference"
		return nil, about, nil
	}
	in, err := c.locate(ctx, src, s)
	if err != nil {
		return nil, about, err
	}
	if in.Refs, err = c.refs(all, multi, s); err != nil {
		return nil, about, err
	}
	in.Source, in.Multi = src, multi
	in.AppName, in.Namespace, in.Project = a.InstanceName(c.inputs.controlPlane), a.Spec.Destination.Namespace, orDefault(a.Spec.Project, "default")
	cluster := c.clusters.of(a.Spec.Destination)
	in.KubeVersion, in.APIVersions = cluster.KubeVersion, cluster.APIVersions
	out, err := s.renderer.Render(ctx, in)
	about.Type, about.Tool = string(out.Type), out.Tool
	if err != nil {
		return nil, about, err
	}
	objects, err := manifest.Expand(out.Objects)
	return objects, about, err
}

// own says whether a source is read from the two trees.
func (c *cook) own(src argocd.Source) bool {
	return src.Chart == "" && c.repository.Is(src.RepoURL) && c.repository.Follows(src.TargetRevision)
}

// locate puts a source's files on disk.
func (c *cook) locate(ctx context.Context, src argocd.Source, s side) (render.Input, error) {
	switch {
	case strings.HasPrefix(src.RepoURL, "oci://"):
		return render.Input{}, fault.Skip("OCI sources are not fetched yet")
	case src.Chart != "":
		return c.chart(ctx, src)
	case !c.own(src):
		return render.Input{}, c.elsewhere(src)
	}
	if err := s.links(); err != nil {
		return render.Input{}, err
	}
	dir, err := source.Path(s.tree, src.Path)
	return render.Input{Root: s.tree, Dir: dir, Revision: c.revision}, err
}

// chart fetches a chart from its Helm repository.
func (c *cook) chart(ctx context.Context, src argocd.Source) (render.Input, error) {
	chart, err := c.charts.Chart(ctx, src.RepoURL, src.Chart, src.TargetRevision)
	return render.Input{Root: chart.Dir, Dir: chart.Dir, Revision: chart.Version}, err
}

// elsewhere says why a Git source can't be read.
func (c *cook) elsewhere(src argocd.Source) error {
	if c.repository.Is(src.RepoURL) {
		return fault.Skip("it follows revision %s of this repository, not the base branch %s", src.TargetRevision, c.repository.BaseBranch)
	}
	return fault.Skip("other Git repositories are not fetched yet (%s)", report.WithoutUser(src.RepoURL))
}

// refs gives the directory of each source that has a ref.
func (c *cook) refs(all []argocd.Source, multi bool, s side) (map[string]string, error) {
	refs := map[string]string{}
	for _, src := range all {
		switch {
		case src.Ref == "" || !multi:
			continue
		case refs["$"+src.Ref] != "":
			return nil, fmt.Errorf("expected every ref once, found %q on two sources", src.Ref)
		case src.Chart != "":
			return nil, errors.New("expected a ref on a Git source, found it on chart " + src.Chart)
		case !c.own(src):
			return nil, c.elsewhere(src)
		}
		refs["$"+src.Ref] = s.tree
	}
	return refs, nil
}
