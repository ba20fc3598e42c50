package action

import (
	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
)

// forget drops what finding left in memory. The selected Applications become
// copies, for each would keep all those that it was found with.
func (d *comparison) forget(selected []affected.Selected) {
	for i := range selected {
		for _, side := range []**argocd.Application{&selected[i].Base, &selected[i].Head} {
			if *side != nil {
				*side = new(**side)
			}
		}
	}
	d.found, d.files = [2]argocd.Found{}, [2]*argocd.Files{}
}
