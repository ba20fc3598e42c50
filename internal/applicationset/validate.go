package applicationset

import (
	"errors"
	"fmt"

	"github.com/argoplan/argoplan/internal/argocd"
)

// validate marks the Applications that the controller would refuse, as far as
// that can be told without a cluster: whether projects and destinations exist
// can't. Of those with one name only the first stays, and is marked.
func (e *expansion) validate() {
	first := map[string]int{}
	var kept []argocd.Application
	for _, a := range e.result.Applications {
		if i, ok := first[a.Name]; ok {
			kept[i].Invalid = fmt.Errorf("expected ApplicationSet %s to generate each name once, found %s again", e.set.Name, a.Name)
			continue
		}
		if err := refusal(a); err != nil && a.Invalid == nil {
			a.Invalid = err
		}
		first[a.Name] = len(kept)
		kept = append(kept, a)
	}
	e.result.Applications = kept
}

func refusal(a argocd.Application) error {
	d := a.Spec.Destination
	switch {
	case a.Spec.Project == "":
		return errors.New("expected spec.project, found none")
	case d.Name == "" && d.Server == "":
		return errors.New("expected spec.destination.server or name, found neither")
	case d.Name != "" && d.Server != "":
		return fmt.Errorf("expected spec.destination to have server or name, found both: %s and %s", d.Server, d.Name)
	}
	return nil
}
