package report

import (
	"fmt"

	"github.com/argoplan/argoplan/internal/argocd"
)

// sources joins the sources of both sides by their place in the list: a pull
// request that moves a revision shows as one source with two revisions.
func sources(o Outcome) []Source {
	base, head := effective(o.Selected.Base), effective(o.Selected.Head)
	joined := make([]Source, 0, max(len(base), len(head)))
	for i := range max(len(base), len(head)) {
		var s Source
		if i < len(base) {
			s = describe(base[i], rendered(o.Base, i))
			s.Base = base[i].TargetRevision
		}
		if i < len(head) {
			from := s.Base
			s = describe(head[i], rendered(o.Head, i))
			s.Base, s.Head = from, head[i].TargetRevision
		}
		joined = append(joined, s)
	}
	return joined
}

func effective(a *argocd.Application) []argocd.Source {
	if a == nil {
		return nil
	}
	sources, _ := a.EffectiveSources()
	return sources
}

func rendered(r *Render, i int) RenderedSource {
	if r == nil || i >= len(r.Sources) {
		return RenderedSource{}
	}
	return r.Sources[i]
}

func describe(s argocd.Source, r RenderedSource) Source {
	return Source{Type: r.Type, Tool: r.Tool, OwnTrees: r.Own, RepoURL: WithoutUser(s.RepoURL), Path: s.Path, Chart: s.Chart}
}

// name says which source an error is about, in the order a person would look:
// what, which version, where.
func name(s argocd.Source) string {
	if s.Chart != "" {
		return fmt.Sprintf("chart %s %s of %s", s.Chart, s.TargetRevision, WithoutUser(s.RepoURL))
	}
	return fmt.Sprintf("path %s of %s", s.Path, WithoutUser(s.RepoURL))
}
