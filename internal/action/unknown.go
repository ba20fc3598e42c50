package action

import (
	"fmt"
	"slices"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// doubt notes the Applications of which nobody can say whether a side has them:
// the ApplicationSet that makes them could not be expanded there, or the
// Application that renders them did not render. It names head's ApplicationSets
// that could not be expanded, too.
func (d *comparison) doubt(k *kitchen, s *sets, sides []int) {
	d.unknown = map[argocd.ID]bool{}
	for _, index := range sides {
		here := map[argocd.ID]bool{}
		for i := range d.found[index].Applications {
			here[d.found[index].Applications[i].ID(d.in.controlPlane)] = true
		}
		for i := range d.found[1-index].Applications {
			a := &d.found[1-index].Applications[i]
			id := a.ID(d.in.controlPlane)
			if here[id] {
				continue
			}
			if err := s.lost(a, index); err != nil {
				k.lost[index][id] = err
			}
			d.unknown[id] = d.unknown[id] || k.orphaned(a, index) != nil
		}
	}
	for _, e := range s.all(1) {
		if e.Err != nil {
			d.notExpanded = append(d.notExpanded, e.set.Name)
		}
	}
	slices.Sort(d.notExpanded)
}

// lost is why a side that lacks an Application may have it after all: its
// ApplicationSet could not be expanded there, or not be read.
func (s *sets) lost(a *argocd.Application, index int) error {
	if a.Set == "" {
		return nil
	}
	if err := s.unknown(s.id(a.Namespace, a.Set), index); err != nil {
		return err
	}
	return s.unreadable(a, index)
}

// unknown is why an ApplicationSet may have more Applications at a side than
// are known; nil if it doesn't. What is left out of both sides for the same
// reasons makes no difference between them.
func (s *sets) unknown(id argocd.ID, index int) error {
	r, other := s.known[index][id], s.known[1-index][id]
	switch {
	case r == nil:
		return nil
	case r.Err != nil:
		return fault.WithHint(fmt.Errorf("unknown: ApplicationSet %s could not be expanded at %s: %w", id.Name, sideName(index), r.Err), "%s",
			orDefault(fault.HintOf(r.Err), "Mend the ApplicationSet, or what its generators read."))
	case len(r.Skipped) > 0 && (other == nil || !slices.Equal(r.Skipped, other.Skipped)):
		return fault.Skip("unknown: ApplicationSet %s is not expanded whole at %s: %s", id.Name, sideName(index), r.Skipped[0])
	}
	return nil
}

// unreadable is why the file that defines an ApplicationSet on the other side
// says nothing on this one: it is there, and can't be read.
func (s *sets) unreadable(a *argocd.Application, index int) error {
	for _, p := range s.d.found[index].Problems {
		if p.File == a.File {
			return fault.WithHint(fmt.Errorf("unknown: the file of ApplicationSet %s can't be read at %s: %w", a.Set, sideName(index), p.Err), "Mend %s.", p.File)
		}
	}
	return nil
}

// orphaned says that a side's lack of an Application means nothing, because a
// parent that has it on the other side did not render: it is neither added nor
// deleted, but unknown.
func (k *kitchen) orphaned(other *argocd.Application, index int) error {
	if cause := k.lost[index][other.ID(k.cook.inputs.controlPlane)]; other.Set != "" && cause != nil {
		return cause
	}
	for _, parent := range other.Parents {
		if cause := k.lost[index][parent]; cause != nil {
			return fault.WithHint(fmt.Errorf("unknown whether it exists: %s, which renders it, did not render", parent),
				"mend %s first; see its error", parent)
		}
	}
	return nil
}
