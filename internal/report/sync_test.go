package report

import (
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

func TestMeaning(t *testing.T) {
	t.Parallel()
	no := false
	prune := &argocd.SyncPolicy{Automated: &argocd.Automated{Prune: true, SelfHeal: true}}
	auto := &argocd.SyncPolicy{Automated: &argocd.Automated{}}
	off := &argocd.SyncPolicy{Automated: &argocd.Automated{Prune: true, SelfHeal: true, Enabled: &no}}
	removal := compare.Change{Action: compare.Remove, Kind: "Service", Name: "a"}
	hook := compare.Change{Action: compare.Remove, Kind: "Job", Name: "a", Hook: "PreSync"}
	change := compare.Change{Action: compare.Modify, Kind: "Service", Name: "b"}
	for name, test := range map[string]struct {
		policy     *argocd.SyncPolicy
		finalizers []string
		app        Application
		want       string
		wantPolicy Policy
	}{
		"prune": {prune, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal, removal, change}},
			"auto+prune: 2 resources will be deleted", AutoPrune},
		"prune of one": {prune, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal}},
			"auto+prune: 1 resource will be deleted", AutoPrune},
		"a removed hook is not pruned": {prune, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{hook}},
			"auto+prune: no sync begins, for only hooks change; the next sync runs them", AutoPrune},
		"without prune": {auto, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal, removal}},
			"auto without prune: 2 removed resources stay in the cluster", Auto},
		"without prune, one": {auto, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal}},
			"auto without prune: 1 removed resource stays in the cluster", Auto},
		"manual": {nil, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal}},
			"manual: nothing happens until someone syncs", Manual},
		"automated, turned off": {off, nil, Application{State: Changed, Presence: Both, Changes: []compare.Change{removal}},
			"manual: nothing happens until someone syncs", Manual},
		"unchanged": {prune, nil, Application{State: Unchanged, Presence: Both}, "nothing changes in the cluster", AutoPrune},
		"failed":    {prune, nil, Application{State: Failed, Presence: Both}, "unknown: it could not be rendered on both sides", AutoPrune},
		"skipped":   {prune, nil, Application{State: Skipped, Presence: Both}, "unknown: it was not rendered", AutoPrune},
		"deleted with finalizer": {prune, []string{"resources-finalizer.argocd.argoproj.io/background"}, Application{State: Changed, Presence: Deleted, Changes: []compare.Change{removal}},
			"once the Application is deleted, its finalizer deletes its 1 resource too", AutoPrune},
		"deleted without finalizer": {prune, []string{"other"}, Application{State: Changed, Presence: Deleted, Changes: []compare.Change{removal, removal}},
			"once the Application is deleted, its 2 resources stay in the cluster, managed by nobody", AutoPrune},
		"renamed": {prune, nil, Application{State: Changed, Presence: Renamed},
			"Argo CD deletes the old Application and creates the new one; what both define stays and goes over to the new one", AutoPrune},
		"renamed with finalizer": {prune, []string{"resources-finalizer.argocd.argoproj.io"}, Application{State: Changed, Presence: Renamed},
			"Argo CD deletes the old Application and creates the new one, and the finalizer deletes the old one's resources; a sync of the new one creates its own", AutoPrune},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			def := &argocd.Application{Finalizers: test.finalizers, Spec: argocd.Spec{SyncPolicy: test.policy}}
			got := judged(scene{app: test.app, base: def, head: def}).Sync
			if got.Meaning != test.want || got.Policy != test.wantPolicy {
				t.Errorf("got %s, %q\nwant %s, %q", got.Policy, got.Meaning, test.wantPolicy, test.want)
			}
			if got.SelfHeal != (test.policy == prune) {
				t.Errorf("SelfHeal = %v", got.SelfHeal)
			}
		})
	}
}

func TestDeletes(t *testing.T) {
	t.Parallel()
	changes := []compare.Change{{Action: compare.Remove}, {Action: compare.Remove, Hook: "PreSync"}, {Action: compare.Add}}
	tests := []struct {
		name string
		a    Application
		want int
	}{
		{"automated with prune", Application{State: Changed, Presence: Both, Sync: Sync{Policy: AutoPrune}}, 1},
		{"automated", Application{State: Changed, Presence: Both, Sync: Sync{Policy: Auto}}, 0},
		{"manual", Application{State: Changed, Presence: Both, Sync: Sync{Policy: Manual}}, 0},
		{"deleted with finalizer", Application{State: Changed, Presence: Deleted, Sync: Sync{Policy: Manual, Finalizer: true}}, 1},
		{"deleted without finalizer", Application{State: Changed, Presence: Deleted, Sync: Sync{Policy: AutoPrune}}, 0},
		{"renamed with finalizer", Application{State: Changed, Presence: Renamed, Sync: Sync{Policy: Manual, Finalizer: true}}, 1},
		{"renamed without finalizer", Application{State: Changed, Presence: Renamed, Sync: Sync{Policy: AutoPrune}}, 0},
		{"failed", Application{State: Failed, Presence: Both, Sync: Sync{Policy: AutoPrune}}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.a.Changes = changes
			if got := tt.a.Deletes(); got != tt.want {
				t.Errorf("deletes %d, want %d", got, tt.want)
			}
		})
	}
}
