package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// labelled is a change of the label that every Helm chart sets, here and in
// the given templates.
func labelled(kind, name string, templates ...string) compare.Change {
	c := compare.Change{Action: compare.Modify, APIVersion: "v1", Kind: kind, Namespace: "web", Name: name}
	var diff []string
	for _, t := range append([]string{""}, templates...) {
		c.Paths = append(c.Paths, compare.PathChange{Path: t + "metadata.labels[helm.sh/chart]", Action: compare.Modify, From: "web-1.0.0", To: "web-1.1.0"})
		diff = append(diff, "@@ "+t+"metadata.labels @@", "- helm.sh/chart: web-1.0.0", "+ helm.sh/chart: web-1.1.0")
	}
	c.Diff = strings.Join(diff, "\n")
	return c
}

// and adds one change of a field to c.
func and(c compare.Change, path, from, to string) compare.Change {
	c.Paths = append(c.Paths[:len(c.Paths):len(c.Paths)], compare.PathChange{Path: path, Action: compare.Modify, From: from, To: to})
	parent, key := path[:strings.LastIndexByte(path, '.')], lastKey(path)
	c.Diff += fmt.Sprintf("\n@@ %s @@\n- %s: %s\n+ %s: %s", parent, key, from, key, to)
	return c
}

// chart is an upgrade of a chart: one image, a hook, and a label everywhere.
func chart() report.Application {
	return report.Application{
		Namespace: "argocd", Name: "web", State: report.Changed, Presence: report.Both, File: "apps/web.yaml", Line: 1,
		Reasons:     []string{"`apps/web.yaml` changes `spec.source.targetRevision`"},
		Destination: report.Destination{Cluster: "in-cluster", Namespace: "web"},
		Sources:     []report.Source{{Type: "Helm", RepoURL: "https://charts.example.com", Chart: "web", Base: "1.0.0", Head: "1.1.0"}},
		Sync:        report.Sync{Policy: report.Auto, Meaning: "automated: applied on merge, nothing is removed"},
		Changes: []compare.Change{
			labelled("ConfigMap", "web"),
			and(labelled("Deployment", "web", "spec.template."), "spec.template.spec.containers.web.image", "web:1.0.0", "web:1.1.0"),
			labelled("Deployment", "web-cache", "spec.template."),
			withHook(and(labelled("Job", "web-migrate"), "spec.backoffLimit", "1", "2"), "PreSync"),
			withHook(labelled("Job", "web-notify"), "PostSync"),
			labelled("Service", "web"),
			labelled("Service", "web-cache"),
		},
	}
}

func withHook(c compare.Change, hook string) compare.Change {
	c.Hook = hook
	return c
}

// twoHundred is an upgrade that touches a label on 200 resources and one
// container image, which comes after most of them.
func twoHundred() *report.Report {
	a := chart()
	a.Changes = nil
	for i := range 199 {
		a.Changes = append(a.Changes, labelled("ConfigMap", fmt.Sprintf("web-%03d", i)))
	}
	a.Changes = append(a.Changes, and(labelled("Deployment", "web"), "spec.template.spec.containers.web.image", "web:1.0.0", "web:1.1.0"))
	r := newReport(a)
	r.Images = []report.Image{{Name: "web", From: "1.0.0", To: "1.1.0", Where: []string{"argocd/web Deployment web/web web"}}}
	return r
}

// environment is the chart in one environment, whose names and namespaces
// follow it.
func environment(env string) report.Application {
	a := chart()
	a.Name = "web-" + env
	a.File = "apps/" + a.Name + ".yaml"
	a.Destination.Namespace = "web-" + env
	for i := range a.Changes {
		c := &a.Changes[i]
		c.Namespace, c.Name = a.Destination.Namespace, strings.Replace(c.Name, "web", a.Name, 1)
	}
	a.Changes = append(a.Changes, compare.Change{Action: compare.Add, APIVersion: "v1", Kind: "ServiceAccount", Namespace: a.Destination.Namespace, Name: a.Name + "-job",
		Diff: "+ apiVersion: v1\n+ kind: ServiceAccount\n+ metadata:\n+   name: " + a.Name + "-job\n+   namespace: " + a.Destination.Namespace})
	return a
}

// environments are three with the same change, of which one has more.
func environments() *report.Report {
	prod := environment("prod")
	prod.Sync.Policy, prod.Sync.Meaning = report.Manual, "manual: nothing happens until someone syncs"
	prod.Changes = append(prod.Changes, and(compare.Change{Action: compare.Modify, APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler",
		Namespace: "web-prod", Name: "web-prod"}, "spec.maxReplicas", "4", "8"))
	r := newReport(environment("dev"), prod, environment("staging"))
	var where []string
	for _, env := range []string{"dev", "prod", "staging"} {
		where = append(where, fmt.Sprintf("argocd/web-%s Deployment web-%s/web-%s web", env, env, env))
	}
	r.Images = []report.Image{{Name: "web", From: "1.0.0", To: "1.1.0", Where: where}}
	return r
}

// perilous has dangers, some of which several Applications share.
func perilous() *report.Report {
	r := environments()
	for i := range r.Applications {
		a := &r.Applications[i]
		a.Dangers = []report.Danger{{Rule: "immutable-field", Resource: id(&a.Changes[3]), Path: "spec.backoffLimit",
			Message: "The API server refuses this change; the Job must be deleted first."}}
	}
	gone := redis()
	gone.Dangers = []report.Danger{
		{Rule: "deletes-data", Resource: "ConfigMap redis/redis-scripts", Message: "Argo CD deletes it on merge, and other resources read it."},
		{Rule: "automated-sync", Message: "The pull request turns automated sync on."}}
	r2 := newReport(append(r.Applications, gone)...)
	r2.Totals.Dangers, r2.Images = 5, r.Images
	return r2
}

// manyImages has more images and places than the table shows.
func manyImages() *report.Report {
	r := newReport(chart())
	for i := range 13 {
		r.Images = append(r.Images, report.Image{Name: fmt.Sprintf("registry.example.com/team/image-%02d", i), From: "1.0.0", To: "1.1.0",
			Where: []string{"argocd/web Deployment web/web web"}})
	}
	r.Images[1].From, r.Images[2].To = "", ""
	r.Images[3].Where = nil
	for i := range 6 {
		r.Images[3].Where = append(r.Images[3].Where, fmt.Sprintf("argocd/app-%d Deployment web/web web", i), fmt.Sprintf("argocd/web CronJob web/job-%d run", i))
	}
	return r
}
