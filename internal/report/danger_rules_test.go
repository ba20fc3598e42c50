package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
)

func workload(kind, spec string) string {
	return fmt.Sprintf("apiVersion: apps/v1\nkind: %s\nmetadata: {name: x, namespace: prod}\nspec: %s\n", kind, spec)
}

func TestScalesToZero(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		base, head string
		want       bool
	}{
		{"{replicas: 3}", "{replicas: 0}", true},
		{"{paused: true}", "{replicas: 0}", true},
		{"{replicas: 0, paused: true}", "{replicas: 0}", false},
		{"{replicas: 3}", "{replicas: 1}", false},
		{"{replicas: 3}", "{paused: true}", false},
	} {
		for _, kind := range []string{"Deployment", "StatefulSet", "ReplicaSet"} {
			var want []string
			if test.want {
				want = []string{"scales-to-zero " + kind + " prod/x spec.replicas"}
			}
			check(t, trial{base: workload(kind, test.base), head: workload(kind, test.head)}.application(t), want...)
		}
	}
	check(t, trial{head: workload("Deployment", "{replicas: 0}")}.application(t))
}

func TestRestartsPods(t *testing.T) {
	t.Parallel()
	pods := func(sum, image, extra string) string {
		return "{" + extra + "template: {metadata: {annotations: {checksum/config: '" + sum + "', a: b}}, spec: {containers: [{name: a, image: " + image + "}]}}}"
	}
	const want = "restarts-pods Deployment prod/x spec.template.metadata.annotations[checksum/config]"
	check(t, trial{base: workload("Deployment", pods("1", "i", "")), head: workload("Deployment", pods("2", "i", ""))}.application(t), want)
	check(t, trial{base: workload("Deployment", pods("1", "i", "")), head: workload("Deployment", pods("2", "j", ""))}.application(t))
	check(t, trial{base: workload("DaemonSet", pods("1", "i", "")), head: workload("DaemonSet", pods("2", "i", "updateStrategy: {type: OnDelete}, "))}.application(t))
	check(t, trial{base: workload("Deployment", "{template: {spec: {}}}"), head: workload("Deployment", pods("2", "i", ""))}.application(t))
}

func TestWidensRBAC(t *testing.T) {
	t.Parallel()
	role := func(rules string) string {
		return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\nrules: " + rules + "\n"
	}
	const narrow, wide = `[{apiGroups: [""], resources: [pods], verbs: [get]}]`, `[{apiGroups: [""], resources: [pods], verbs: ["*"]}]`
	const all = `[{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]`
	for name, test := range map[string]struct {
		base, head string
		want       []string
	}{
		"verbs":             {role(narrow), role(wide), []string{"widens-rbac ClusterRole x rules[0].verbs"}},
		"all":               {role(narrow), role(all), []string{"widens-rbac ClusterRole x rules[0].verbs", "widens-rbac ClusterRole x rules[0].resources"}},
		"new role":          {"", role(wide), []string{"widens-rbac ClusterRole x rules[0].verbs"}},
		"narrower than all": {role(all), role(wide), nil},
		"narrower":          {role(wide), role(narrow), nil},
		"no longer bound to names": {role(`[{apiGroups: [""], resources: [pods], verbs: ["*"], resourceNames: [a]}]`), role(wide),
			[]string{"widens-rbac ClusterRole x rules[0].verbs"}},
		"moved in the list": {role(wide), role(`[{apiGroups: [apps], resources: [deployments], verbs: [get]}, {apiGroups: [""], resources: [pods], verbs: ["*"]}]`), nil},
		"URLs":              {role(narrow), role(`[{nonResourceURLs: ["*"], verbs: [get]}]`), []string{"widens-rbac ClusterRole x rules[0].nonResourceURLs"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, trial{base: test.base, head: test.head}.application(t), test.want...)
		})
	}
}

func TestGivesClusterAdmin(t *testing.T) {
	t.Parallel()
	binding := func(role, subjects string) string {
		return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: x}\nroleRef: {kind: ClusterRole, name: " + role + "}\nsubjects: " + subjects + "\n"
	}
	const one, two = "[{kind: User, name: a}]", "[{kind: User, name: b}, {kind: User, name: a}]"
	check(t, trial{head: binding("cluster-admin", one)}.application(t), "widens-rbac ClusterRoleBinding x subjects[0]")
	check(t, trial{base: binding("cluster-admin", one), head: binding("cluster-admin", two)}.application(t), "widens-rbac ClusterRoleBinding x subjects[0]")
	check(t, trial{base: binding("cluster-admin", two), head: binding("cluster-admin", one)}.application(t))
	check(t, trial{base: binding("view", one), head: binding("cluster-admin", one)}.application(t),
		"immutable-field ClusterRoleBinding x roleRef", "widens-rbac ClusterRoleBinding x subjects[0]")
	check(t, trial{head: binding("view", one)}.application(t))
}

func settings(namespace string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: " + namespace + "}\n"
}

func TestMoves(t *testing.T) {
	t.Parallel()
	x := trial{base: settings("a"), head: settings("b")}
	check(t, x.application(t), "moves-resource ConfigMap a/settings")
	from, to := define("web", "1"), define("web", "1")
	from.Spec.Destination.Namespace, to.Spec.Destination.Namespace = "a", "b"
	check(t, x.with(t, Run{}, from, to), "moves-resource")
	check(t, trial{base: settings("c"), head: settings("c")}.with(t, Run{}, from, to))
	to.Spec.Destination.Server = "https://elsewhere"
	a := trial{base: settings("c"), head: settings("c")}.with(t, Run{}, from, to)
	check(t, a, "moves-resource")
	if want := "manual: everything is created anew in another cluster, and what is in the old one stays"; a.Sync.Meaning != want {
		t.Errorf("meaning %q", a.Sync.Meaning)
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	twice := settings("a") + "---\n" + settings("a")
	const want = "duplicate-resource ConfigMap a/settings"
	check(t, trial{base: settings("a"), head: twice}.application(t), want)
	check(t, trial{base: twice, head: twice}.application(t))

	def := define("web", "1")
	alone, new := trial{base: settings("a"), head: settings("a")}, trial{head: settings("a")}
	report := New(Run{}, []Outcome{alone.outcome(t, "one", def, def), new.outcome(t, "two", def, def)})
	check(t, report.Applications[0])
	check(t, report.Applications[1], want)
	if report.Totals.Dangers != 1 {
		t.Errorf("%d dangers counted", report.Totals.Dangers)
	}
	report = New(Run{}, []Outcome{alone.outcome(t, "one", def, def), alone.outcome(t, "two", def, def)})
	check(t, report.Applications[1])
	other := define("web", "1")
	other.Spec.Destination.Server = "https://elsewhere"
	report = New(Run{}, []Outcome{alone.outcome(t, "one", def, def), new.outcome(t, "two", other, other)})
	check(t, report.Applications[1])
}

func TestProjectForbids(t *testing.T) {
	t.Parallel()
	def := define("web", "1") // to namespace prod
	all := argocd.Project{Name: "default", SourceRepos: []string{"*"}, Destinations: []argocd.Destination{{Server: "*", Namespace: "*"}}}
	elsewhere, noSource, noMaps, onlyProd := all, all, all, all
	elsewhere.Destinations = []argocd.Destination{{Server: "*", Namespace: "dev"}}
	noSource.SourceRepos = nil
	noMaps.NamespaceBlacklist = []argocd.ResourceRestriction{{Kind: "ConfigMap"}}
	onlyProd.Destinations = []argocd.Destination{{Server: "*", Namespace: "prod"}}
	clusterRole := "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: x}\n"
	for name, test := range map[string]struct {
		base, head []argocd.Project
		text       string
		want       []string
	}{
		"no project in the tree": {nil, nil, settings("prod"), nil},
		"permitted":              {nil, []argocd.Project{all}, settings("prod"), nil},
		"source":                 {[]argocd.Project{all}, []argocd.Project{noSource}, settings("prod"), []string{"project-forbids"}},
		"destination":            {[]argocd.Project{all}, []argocd.Project{elsewhere}, settings("prod"), []string{"project-forbids"}},
		"kind":                   {[]argocd.Project{all}, []argocd.Project{noMaps}, settings("prod"), []string{"project-forbids ConfigMap prod/settings"}},
		"cluster-scoped kind":    {nil, []argocd.Project{all}, clusterRole, []string{"project-forbids ClusterRole x"}},
		"another namespace":      {nil, []argocd.Project{onlyProd}, settings("other"), []string{"project-forbids ConfigMap other/settings"}},
		"each kind once":         {nil, []argocd.Project{noMaps}, settings("prod") + "---\n" + strings.Replace(settings("prod"), "name: settings", "name: b", 1), []string{"project-forbids ConfigMap prod/settings"}},
		"forbidden before":       {[]argocd.Project{noMaps}, []argocd.Project{noMaps}, settings("prod"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := trial{base: test.text, head: test.text}.with(t, Run{BaseProjects: test.base, HeadProjects: test.head}, def, def)
			check(t, a, test.want...)
			for _, d := range a.Dangers {
				if !d.FailsSync {
					t.Errorf("%+v should fail the sync", d)
				}
			}
		})
	}
}
