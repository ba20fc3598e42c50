package action

import (
	"context"
	"fmt"
	"io/fs"
	"sync/atomic"

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
	// commit is "" for a working tree or a directory.
	commit string
	// links fails if the tree holds a symbolic link that leaves it; the scan
	// runs once.
	links func() error
	// need puts on disk what renders of Applications can read, and whole
	// everything. It says whether anything was missing.
	need  func(context.Context, ...*argocd.Application) error
	whole func(context.Context) (was bool, err error)
	// all has everything, and entries lists a directory of it; nil if all is in
	// tree.
	all     render.Whole
	entries func(dir string) ([]fs.DirEntry, error)
	// lacks are the submodules without files, with the reason.
	lacks map[string]error
	// renderer and tracking follow the side's own argocd-cm.
	renderer *render.Renderer
	// kept is nil if no render of tree's files is for later runs.
	kept     *kept
	tracking manifest.Tracking
}

// cook renders whole Applications: it fetches each source, renders it, and puts
// the results together as Argo CD does.
type cook struct {
	fetcher    *source.Fetcher
	repository argocd.Repository
	inputs     inputs
	clusters   clusters
	keeps      bool // renders for later runs
	// shared are the sources that the other side had rendered, and cached those
	// that an earlier run had.
	shared, cached atomic.Int64
	revision       string // what ARGOCD_APP_REVISION holds on both sides
}

// rendered is one Application at one side.
type rendered struct {
	report.Render
	objects []*unstructured.Unstructured
	// volatile says that another render may differ.
	volatile bool
}

// application renders all sources of a; parser may be nil. What both is of, the other side may have
// rendered. The result's Err says what went wrong; a panic in a library becomes one, so that one
// Application fails alone.
func (c *cook) application(ctx context.Context, a *argocd.Application, s side, both twins, parser *manifest.Parser) (out rendered) {
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
	sources, _ := a.EffectiveSources()
	for i, src := range sources {
		made, about, err := c.source(ctx, a, i, s, both.at(i), parser)
		out.Sources = append(out.Sources, about)
		if err != nil {
			out.Err, out.FailedSource = err, i
			if c.own(src) {
				out.File, out.Line = locateFile(s.tree, src.Path, fault.FileOf(err))
			}
			return out
		}
		out.objects = append(out.objects, made.Objects...)
		out.volatile = out.volatile || made.Volatile
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

// source renders the source with that index. One that others only refer to renders
// nothing.
func (c *cook) source(ctx context.Context, a *argocd.Application, index int, s side, both *twin, parser *manifest.Parser) (render.Output, report.RenderedSource, error) {
	all, multi := a.EffectiveSources()
	src := all[index]
	about := report.RenderedSource{Own: c.own(src)}
	if multi && src.Path == "" && src.Chart == "" {
		about.Type = "reference"
		return render.Output{}, about, nil
	}
	if err := s.lacking(src, c.own, all); err != nil {
		return render.Output{}, about, err
	}
	in, err := c.locate(ctx, src, multi, s)
	if err != nil {
		return render.Output{}, about, err
	}
	if in.Refs, err = c.refs(ctx, src, all, multi, s); err != nil {
		return render.Output{}, about, err
	}
	in.Source, in.Multi, in.Parser = src, multi, parser
	in.AppName, in.Namespace, in.Project = a.InstanceName(c.inputs.controlPlane), a.Spec.Destination.Namespace, orDefault(a.Spec.Project, "default")
	cluster := c.clusters.of(a.Spec.Destination)
	if a.Spec.SourceHydrator != nil {
		// Argo CD hydrates without looking at any cluster: Helm's own default
		// holds.
		cluster.KubeVersion, cluster.APIVersions = defaultKubeVersion, nil
	}
	in.KubeVersion, in.APIVersions = cluster.KubeVersion, cluster.APIVersions
	if !about.Own && render.Overridden(in.Dir, in.AppName) {
		both = nil // it may name files of this repository that nobody looked for
	}
	out, shared, err := both.render(ctx, func() (render.Output, error) {
		if c.keeps {
			in.Files = c.files(a, index, in, s)
		}
		return unlisted(s.renderer.Render(ctx, in))
	})
	switch {
	case shared:
		c.shared.Add(1)
	case out.Cached:
		c.cached.Add(1)
	}
	about.Type, about.Tool = string(out.Type), out.Tool
	return out, about, err
}

// unlisted replaces lists by their items. What failed has none.
func unlisted(out render.Output, err error) (render.Output, error) {
	if err == nil {
		out.Objects, err = manifest.Expand(out.Objects)
	}
	if err != nil {
		out.Objects = nil
	}
	return out, err
}
