package report

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

func doomed(apiVersion, kind, extra string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x, namespace: prod}\n" + extra
}

func withOption(text, option string) string {
	return strings.Replace(text, "namespace: prod", "namespace: prod, annotations: {argocd.argoproj.io/sync-options: \"Validate=false, "+option+"\"}", 1)
}

func TestDeletesData(t *testing.T) {
	t.Parallel()
	claim := doomed("v1", "PersistentVolumeClaim", "")
	const danger = "deletes-data PersistentVolumeClaim prod/x"
	for name, test := range map[string]struct {
		trial trial
		want  []string
	}{
		"claim":                      {trial{base: claim}, []string{danger}},
		"manual":                     {trial{base: claim, policy: &argocd.SyncPolicy{}}, []string{danger}},
		"without prune":              {trial{base: claim, policy: automated(false)}, nil},
		"Prune=false":                {trial{base: withOption(claim, "Prune=false")}, nil},
		"Prune=confirm":              {trial{base: withOption(claim, "Prune=confirm")}, nil},
		"Prune=false for all":        {trial{base: claim, policy: automated(true, "Prune=false")}, nil},
		"the resource's own counts":  {trial{base: withOption(claim, "Prune=true"), policy: automated(true, "Prune=false")}, []string{danger}},
		"Delete=false is no Prune":   {trial{base: withOption(claim, "Delete=false")}, []string{danger}},
		"a hook":                     {trial{base: strings.Replace(claim, "namespace: prod", "namespace: prod, annotations: {argocd.argoproj.io/hook: PreSync}", 1)}, nil},
		"with the Application":       {trial{base: claim, gone: true, finalizer: true}, []string{danger, "finalizer-cascade"}},
		"Delete=false with it":       {trial{base: withOption(claim, "Delete=false"), gone: true, finalizer: true}, nil},
		"without finalizer":          {trial{base: claim, gone: true}, nil},
		"a namespace":                {trial{base: doomed("v1", "Namespace", "")}, []string{"deletes-data Namespace prod/x"}},
		"a definition":               {trial{base: doomed("apiextensions.k8s.io/v1", "CustomResourceDefinition", "")}, []string{"deletes-data CustomResourceDefinition prod/x"}},
		"a volume":                   {trial{base: doomed("v1", "PersistentVolume", "")}, []string{"deletes-data PersistentVolume prod/x"}},
		"a StatefulSet":              {trial{base: doomed("apps/v1", "StatefulSet", "")}, []string{"deletes-data StatefulSet prod/x"}},
		"another group's":            {trial{base: doomed("example.com/v1", "StatefulSet", "")}, nil},
		"a Deployment":               {trial{base: doomed("apps/v1", "Deployment", "")}, nil},
		"a PodDisruptionBudget":      {trial{base: doomed("policy/v1", "PodDisruptionBudget", "")}, []string{"removes-protection PodDisruptionBudget prod/x"}},
		"a NetworkPolicy":            {trial{base: doomed("networking.k8s.io/v1", "NetworkPolicy", "")}, []string{"removes-protection NetworkPolicy prod/x"}},
		"a NetworkPolicy that stays": {trial{base: doomed("networking.k8s.io/v1", "NetworkPolicy", ""), policy: automated(false)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, test.trial.application(t), test.want...)
		})
	}
}

func TestDeletionSentences(t *testing.T) {
	t.Parallel()
	for want, x := range map[string]trial{
		"Merging deletes the Namespace and everything in it.":            {base: doomed("v1", "Namespace", "")},
		"A sync with prune deletes the Namespace and everything in it.":  {base: doomed("v1", "Namespace", ""), policy: &argocd.SyncPolicy{}},
		"Merging deletes the StatefulSet and its pods; the claims stay.": {base: doomed("apps/v1", "StatefulSet", "")},
		"Merging deletes the StatefulSet, its pods and, by its retention policy, its claims.": {
			base: doomed("apps/v1", "StatefulSet", "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}")},
		"Merging deletes the PersistentVolume; its reclaim policy retains the data.": {
			base: doomed("v1", "PersistentVolume", "spec: {persistentVolumeReclaimPolicy: Retain}")},
	} {
		if got := x.application(t).Dangers; len(got) != 1 || got[0].Message != want {
			t.Errorf("got %+v\nwant %q", got, want)
		}
	}
}
