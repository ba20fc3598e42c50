package report

import "github.com/argoplan/argoplan/internal/compare"

// Rename is a resource that goes away while one with the same content comes under
// another name, or in another namespace. Both are among the changes, too.
type Rename struct {
	// From and To are "Kind namespace/name", as changes are headed.
	From string `json:"from"`
	To   string `json:"to"`
	// Meaning says what a sync makes of it: nothing in Kubernetes is renamed.
	Meaning string `json:"meaning"`
}

// renames says what becomes of the resources that change their names.
func renames(s scene) []Rename {
	var all []Rename
	for _, c := range s.app.Changes {
		if c.Action == compare.Remove && c.RenamedTo != "" {
			all = append(all, Rename{From: titleOf(c), To: c.RenamedTo, Meaning: s.renaming(c)})
		}
	}
	return all
}

func (s scene) renaming(c compare.Change) string {
	switch f := s.fateOf(c); {
	case c.Hook != "":
		return "a sync runs the new one, and the old one goes by its delete policy"
	case f == kept:
		return "the new one is created and the old one stays"
	case f == confirmed:
		return "the new one is created and the old one waits for someone to confirm its deletion"
	case s.app.Sync.Policy == Manual && !s.leaves():
		return "a sync creates the new one, and one with prune deletes the old one"
	}
	return "the new one is created and the old one deleted"
}
