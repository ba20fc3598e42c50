package action

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

// TestForgetKeepsTheSelected: what is selected stays as it is, and not in the memory
// of all that was found.
func TestForgetKeepsTheSelected(t *testing.T) {
	t.Parallel()
	d, _ := laidOut(t, cachedBase, cachedHead)
	selected, _ := d.selectAffected()
	before, found := *selected[0].Base, selected[0].Base
	d.forget(selected)
	if selected[0].Base == found {
		t.Error("the selected Application keeps all those that were found")
	}
	if diff := cmp.Diff(before.Definition, selected[0].Base.Definition); diff != "" || selected[0].Base.Name != before.Name {
		t.Errorf("it has changed:\n%s", diff)
	}
	if d.files != [2]*argocd.Files{} || d.found[0].Applications != nil || d.found[1].Applications != nil {
		t.Error("something found is left")
	}
}
