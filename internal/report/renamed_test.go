package report

import (
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

// TestRenamedApplications has every sync policy with and without the finalizer of
// the old Application. Whatever the new one's policy is, nobody prunes what the old
// one alone defines: it is not the new one's.
func TestRenamedApplications(t *testing.T) {
	t.Parallel()
	const begin = "Argo CD deletes the old Application and creates the new one"
	off := false
	for _, tt := range []struct {
		name      string
		policy    *argocd.SyncPolicy
		finalizer bool
		want      string
		deletes   int
		kept      int
	}{
		{"manual", &argocd.SyncPolicy{}, false, "; manual: what both define stays and goes over to the new one when someone syncs", 0, 1},
		{"automated", automated(false), false, "; what both define stays and goes over to the new one", 0, 1},
		{"automated with prune", automated(true), false, "; what both define stays and goes over to the new one", 0, 1},
		{"turned off", &argocd.SyncPolicy{Automated: &argocd.Automated{Prune: true, Enabled: &off}}, false, "; manual: what both define stays and goes over to the new one when someone syncs", 0, 1},
		{"manual, finalizer", &argocd.SyncPolicy{}, true, ", and the finalizer deletes the old one's resources; manual: the new one has none until someone syncs", 1, 0},
		{"automated, finalizer", automated(false), true, ", and the finalizer deletes the old one's resources; a sync of the new one creates its own", 1, 0},
		{"automated with prune, finalizer", automated(true), true, ", and the finalizer deletes the old one's resources; a sync of the new one creates its own", 1, 0},
		{"Delete=false for all, finalizer", automated(true, "Delete=false"), true, ", and the finalizer deletes the old one's resources; a sync of the new one creates its own", 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			old, fresh := define("web", "1"), define("web", "1")
			old.Spec.SyncPolicy, fresh.Spec.SyncPolicy = tt.policy, tt.policy
			if tt.finalizer {
				old.Finalizers = []string{cascade}
			}
			o := trial{base: named("both") + named("gone"), head: named("both")}.outcome(t, "portal", old, fresh)
			o.Selected.RenamedFrom = argocd.ID{Namespace: "argocd", Name: "web"}
			a := New(Run{}, []Outcome{o}).Applications[0]
			if a.Sync.Meaning != begin+tt.want {
				t.Errorf("got  %s\nwant %s", a.Sync.Meaning, begin+tt.want)
			}
			if a.Deletes() != tt.deletes || a.Sync.Kept != tt.kept {
				t.Errorf("deletes %d and keeps %d, want %d and %d", a.Deletes(), a.Sync.Kept, tt.deletes, tt.kept)
			}
		})
	}
}
