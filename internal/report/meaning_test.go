package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func annotated(text, annotations string) string {
	return strings.Replace(text, "namespace: a", "namespace: a, annotations: {"+annotations+"}", 1)
}

func named(name string) string {
	return strings.Replace(settings("a"), "name: settings", "name: "+name, 1) + "---\n"
}

func TestMeaningFollowsOptions(t *testing.T) {
	t.Parallel()
	keep := annotated(named("keep"), "argocd.argoproj.io/sync-options: Prune=false")
	ask := annotated(named("ask"), "argocd.argoproj.io/sync-options: Prune=confirm")
	hidden := annotated(named("hidden"), "argocd.argoproj.io/compare-options: IgnoreExtraneous")
	stay := annotated(named("stay"), "argocd.argoproj.io/sync-options: Delete=false")
	for name, test := range map[string]struct {
		trial   trial
		want    string
		deletes int
	}{
		"kept and asked for": {trial{base: named("x") + keep + ask},
			"auto+prune: 1 resource will be deleted, 1 stays (Prune=false), 1 waits for someone to confirm (Prune=confirm)", 1},
		"all kept":            {trial{base: keep}, "auto+prune: nothing will be deleted, 1 stays (Prune=false)", 0},
		"kept for all":        {trial{base: named("x"), policy: automated(true, "Prune=false")}, "auto+prune: nothing will be deleted, 1 stays (Prune=false)", 0},
		"IgnoreExtraneous":    {trial{base: hidden}, "auto+prune: no sync begins, for IgnoreExtraneous hides what is removed; the next one decides on 1 resource", 0},
		"with another change": {trial{base: hidden, head: named("new")}, "auto+prune: 1 resource will be deleted", 1},
		"without prune":       {trial{base: hidden, policy: automated(false)}, "auto without prune: 1 removed resource stays in the cluster", 0},
		"deleted": {trial{base: named("x") + stay, gone: true, finalizer: true},
			"once the Application is deleted, its finalizer deletes its 1 resource too, 1 stays (Delete=false)", 1},
		"a sync that fails": {refused()["/Service spec.clusterIP"].trial(), "auto+prune: applied on merge, nothing is removed, but the sync will fail", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := test.trial.application(t)
			if a.Sync.Meaning != test.want {
				t.Errorf("got  %s\nwant %s", a.Sync.Meaning, test.want)
			}
			if a.Deletes() != test.deletes {
				t.Errorf("deletes %d, want %d", a.Deletes(), test.deletes)
			}
		})
	}
}

func TestIgnoreDifferences(t *testing.T) {
	t.Parallel()
	ignore := []argocd.IgnoreDifference{{Group: "apps", Kind: "Deploy*", JSONPointers: []string{"/spec/replicas", "/metadata/annotations/a~1b", "/spec/list/0/x"}}}
	deploy := func(spec string) string { return workload("Deployment", spec) }
	respect := automated(true, "RespectIgnoreDifferences=true")
	for name, test := range map[string]struct {
		base, head string
		ignore     []argocd.IgnoreDifference
		policy     *argocd.SyncPolicy
		meaning    string
		details    []string
		dangers    int
	}{
		"all ignored": {deploy("{replicas: 1}"), deploy("{replicas: 0}"), ignore, automated(true), "auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource makes nothing OutOfSync; a sync for another reason applies it"}, 1},
		"respected": {deploy("{replicas: 1}"), deploy("{replicas: 0}"), ignore, respect, "auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource is not applied (RespectIgnoreDifferences)"}, 0},
		"in a list": {deploy("{list: [{x: 1, y: 2}]}"), deploy("{list: [{x: 2, y: 2}]}"), ignore, automated(true), "auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource makes nothing OutOfSync; a sync for another reason applies it"}, 0},
		"another change too": {deploy("{replicas: 1}"), deploy("{replicas: 2, paused: true}"), ignore, automated(true), "auto+prune: applied on merge, nothing is removed", nil, 0},
		"another kind":       {workload("DaemonSet", "{a: 1}"), workload("DaemonSet", "{a: 2}"), ignore, automated(true), "auto+prune: applied on merge, nothing is removed", nil, 0},
		"another group":      {"apiVersion: example.com/v1\nkind: Deployment\nspec: {replicas: 1}", "apiVersion: example.com/v1\nkind: Deployment\nspec: {replicas: 2}", ignore, automated(true), "auto+prune: applied on merge, nothing is removed", nil, 0},
		"jq": {deploy("{replicas: 1}"), deploy("{replicas: 2}"), []argocd.IgnoreDifference{{Group: "*", Kind: "*", JQPathExpressions: []string{".spec.replicas"}}}, automated(true),
			"auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource makes nothing OutOfSync; a sync for another reason applies it"}, 0},
		"jq that selects": {deploy("{list: [{name: a, x: 1}, {name: b, x: 1}]}"), deploy("{list: [{name: a, x: 2}, {name: b, x: 1}]}"),
			[]argocd.IgnoreDifference{{Group: "*", Kind: "*", JQPathExpressions: []string{`.spec.list[] | select(.name == "a") | .x`}}}, automated(true),
			"auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource makes nothing OutOfSync; a sync for another reason applies it"}, 0},
		"jq, respected": {deploy("{replicas: 1}"), deploy("{replicas: 0}"), []argocd.IgnoreDifference{{Group: "*", Kind: "*", JQPathExpressions: []string{".spec.replicas"}}}, respect,
			"auto+prune: no sync begins, for ignoreDifferences hides every change",
			[]string{"ignoreDifferences: what changes in 1 resource is not applied (RespectIgnoreDifferences)"}, 0},
		"jq that is none": {deploy("{replicas: 1}"), deploy("{replicas: 2}"), []argocd.IgnoreDifference{{Group: "*", Kind: "*", JQPathExpressions: []string{".spec["}}}, automated(true),
			"auto+prune: applied on merge, nothing is removed",
			[]string{"ignoreDifferences: parsing the jq expression .spec[: unexpected token \")\""}, 0},
		"jq that never ends": {deploy("{replicas: 1}"), deploy("{replicas: 2}"), []argocd.IgnoreDifference{{Group: "*", Kind: "*", JQPathExpressions: []string{"until(false; .)"}}}, automated(true),
			"auto+prune: applied on merge, nothing is removed",
			[]string{"ignoreDifferences: evaluating the jq expression until(false; .): context deadline exceeded"}, 0},
		"managers": {deploy("{replicas: 1}"), deploy("{replicas: 2}"), []argocd.IgnoreDifference{{Group: "*", Kind: "*", ManagedFieldsManagers: []string{"keda", "hpa"}}}, automated(true),
			"auto+prune: applied on merge, nothing is removed",
			[]string{"ignoreDifferences names managers of fields, whose part in the change only the cluster knows: keda, hpa"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			def := define("web", "1")
			def.Spec.SyncPolicy, def.Spec.IgnoreDifferences = test.policy, test.ignore
			a := trial{base: test.base, head: test.head}.with(t, Run{}, def, def)
			if a.Sync.Meaning != test.meaning || len(a.Dangers) != test.dangers {
				t.Errorf("got %q, %+v", a.Sync.Meaning, a.Dangers)
			}
			if diff := cmp.Diff(test.details, a.Sync.Details); diff != "" {
				t.Errorf("details (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	hook := func(name, annotations string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: " + name + ", namespace: a, annotations: {" + annotations + "}}\n---\n"
	}
	from, to := define("web", "1"), define("web", "1")
	from.Spec.SyncPolicy = nil
	to.Spec.SyncPolicy = automated(true, "ServerSideApply=true")
	to.Spec.SyncPolicy.Automated.SelfHeal = true
	x := trial{
		base: named("one") + named("two"),
		head: annotated(named("one"), "argocd.argoproj.io/sync-wave: \"5\", argocd.argoproj.io/sync-options: \"Replace=true,ServerSideApply=false\"") +
			annotated(named("two"), "a: b") +
			hook("migrate", "helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded") +
			hook("seed", "argocd.argoproj.io/hook: 'PreSync,PostSync'") + hook("probe", "helm.sh/hook: test"),
	}
	want := []string{
		"automated sync is turned on",
		"prune is turned on: what earlier changes left in the cluster is deleted, too",
		"selfHeal is turned on: changes made by hand in the cluster are undone",
		"each sync runs the PreSync hooks: Job a/migrate (HookSucceeded), Job a/seed (BeforeHookCreation)",
		"each sync runs the PostSync hook: Job a/seed (BeforeHookCreation)",
		"applied in waves, each once the one before is healthy: 0 (1 changed), 5 (1 changed)",
		"Replace=true: 1 changed resource is replaced as a whole, so that fields which others have set are lost",
		"ServerSideApply=true: 1 changed resource is applied on the server, which takes over fields that others manage",
	}
	if diff := cmp.Diff(want, x.with(t, Run{}, from, to).Sync.Details); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"automated sync is turned off"}, trial{base: named("x")}.with(t, Run{}, to, from).Sync.Details); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	pods := func(web, init string) string {
		return workload("Deployment", "{template: {spec: {initContainers: [{name: init, image: '"+init+"'}], containers: [{name: web, image: '"+web+"'}]}}}")
	}
	for name, test := range map[string]struct {
		base, head string
		want       []Image
	}{
		"a tag":         {pods("r:5000/a/web:1", "i"), pods("r:5000/a/web:2", "i"), []Image{{"r:5000/a/web", "1", "2", []string{"argocd/web Deployment prod/x web"}}}},
		"no tag":        {pods("web:1", "i"), pods("web", "i"), []Image{{"web", "1", "latest", []string{"argocd/web Deployment prod/x web"}}}},
		"a digest":      {pods("web:1@sha256:a", "i"), pods("web@sha256:b", "i"), []Image{{"web", "1@sha256:a", "sha256:b", []string{"argocd/web Deployment prod/x web"}}}},
		"another image": {pods("web:1", "i"), pods("shop:1", "i"), []Image{{"shop", "web:1", "shop:1", []string{"argocd/web Deployment prod/x web"}}}},
		"in two places": {pods("web:1", "web:1"), pods("web:2", "web:2"), []Image{{"web", "1", "2", []string{"argocd/web Deployment prod/x init", "argocd/web Deployment prod/x web"}}}},
		"a new one": {workload("Deployment", "{template: {spec: {containers: []}}}"), workload("Deployment", "{template: {spec: {containers: [{name: web, image: web:1}]}}}"),
			[]Image{{"web", "", "1", []string{"argocd/web Deployment prod/x web"}}}},
		"a new Deployment": {"", pods("web:1", "i"), nil},
		"nothing":          {pods("web:1", "i"), pods("web:1", "i"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			def := define("web", "1")
			r := New(Run{}, []Outcome{trial{base: test.base, head: test.head}.outcome(t, "web", def, def)})
			if len(r.Images)+len(test.want) == 0 {
				return
			}
			if diff := cmp.Diff(test.want, r.Images); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
