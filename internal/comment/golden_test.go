package comment

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	baseSHA = strings.Repeat("1a2b3c4d", 5)
	headSHA = strings.Repeat("deadbee0", 5)
	mergeID = strings.Repeat("0c0ffee1", 5)
)

func options() Options {
	return Options{
		Marker:    Marker{Key: Key("octo/shop", "ci", "plan", ""), Head: headSHA, Run: "42.1"},
		Head:      headSHA,
		RunURL:    "https://github.com/octo/shop/actions/runs/42/attempts/1",
		ReportDir: "argoplan-report",
	}
}

// newReport counts what apps say, as the report package does.
func newReport(apps ...report.Application) *report.Report {
	r := &report.Report{
		Schema: report.Schema, Repository: "octo/shop", Applications: apps,
		Base:  report.Revision{Name: "main", SHA: baseSHA},
		Head:  report.Revision{Name: "merge commit of #7", SHA: mergeID},
		Notes: []string{"Helm v3.22.0", "Kubernetes 1.37.0"},
	}
	t := &r.Totals
	t.Selected, t.Found = len(apps), len(apps)
	for _, a := range apps {
		switch a.State {
		case report.Changed:
			t.Changed++
		case report.Failed:
			t.Failed++
		case report.Skipped:
			t.Skipped++
		default:
			t.Unchanged++
		}
		for _, c := range a.Changes {
			switch c.Action {
			case compare.Add:
				t.Added++
			case compare.Remove:
				t.Removed++
			default:
				t.Modified++
			}
		}
	}
	return r
}

func redis() report.Application {
	return report.Application{
		Namespace: "argocd", Name: "redis", State: report.Changed, Presence: report.Both,
		File: "apps/redis.yaml", Line: 1,
		Reasons:     []string{"helm/redis/values.yaml is a value file of it and was modified"},
		Destination: report.Destination{Cluster: "in-cluster", Namespace: "redis"},
		Sources:     []report.Source{{Type: "Helm", RepoURL: "https://github.com/octo/shop", Path: "helm/redis", OwnTrees: true}},
		Sync: report.Sync{Policy: report.AutoPrune, SelfHeal: true,
			Meaning: "Argo CD applies this by itself and deletes 1 resource that is gone from Git."},
		Changes: []compare.Change{
			{Action: compare.Remove, APIVersion: "v1", Kind: "ConfigMap", Namespace: "redis", Name: "redis-scripts",
				Diff: "- apiVersion: v1\n- kind: ConfigMap\n- metadata:\n-   name: redis-scripts"},
			{Action: compare.Modify, APIVersion: "apps/v1", Kind: "StatefulSet", Namespace: "redis", Name: "redis-master",
				Paths: []compare.PathChange{
					{Path: "spec.replicas", Action: compare.Modify, From: "1", To: "3"},
					{Path: "spec.template.spec.containers.redis.image", Action: compare.Modify, From: "redis:7.2", To: "redis:7.4"}},
				Diff: "@@ spec.replicas @@\n- 1\n+ 3\n\n@@ spec.template.spec.containers.redis.image @@\n- redis:7.2\n+ redis:7.4"},
			{Action: compare.Add, APIVersion: "batch/v1", Kind: "Job", Namespace: "redis", Name: "migrate-", Hook: "PreSync",
				Diff: "+ apiVersion: batch/v1\n+ kind: Job\n+ metadata:\n+   generateName: migrate-"},
		},
		UnchangedResources: 9,
	}
}

func mysql() report.Application {
	return report.Application{
		Namespace: "argocd", Name: "mysql", State: report.Changed, Presence: report.Both,
		File: "apps/mysql.yaml", Line: 12, Reasons: []string{"its definition was modified: spec.source.targetRevision"},
		Destination: report.Destination{Cluster: "https://kubernetes.default.svc", Namespace: "mysql"},
		Sources:     []report.Source{{Type: "Helm", RepoURL: "https://charts.example.com", Chart: "mysql", Base: "9.21.2", Head: "9.22.0"}},
		Sync:        report.Sync{Policy: report.Manual, Meaning: "Argo CD shows it as out of sync until a person syncs it."},
		Changes: []compare.Change{
			{Action: compare.Modify, APIVersion: "v1", Kind: "Secret", Namespace: "mysql", Name: "mysql",
				Paths: []compare.PathChange{{Path: "data.mysql-password", Action: compare.Modify}},
				Diff:  "@@ data.mysql-password @@\n- <secret 5f1c>\n+ <secret 90ab>"}},
	}
}

func unchanged(name string) report.Application {
	return report.Application{Namespace: "argocd", Name: name, State: report.Unchanged, Presence: report.Both,
		Reasons: []string{"kustomize/" + name + "/README.md lies in its path and was modified"},
		Sources: []report.Source{{Type: "Kustomize", Path: "kustomize/" + name, OwnTrees: true}},
		Sync:    report.Sync{Policy: report.Auto}}
}

func failed() report.Application {
	return report.Application{Namespace: "argocd", Name: "shop-api", State: report.Failed, Presence: report.Both,
		File: "apps/shop-api.yaml", Line: 1, Reasons: []string{"helmfile.yaml was modified"},
		Destination: report.Destination{Cluster: "in-cluster", Namespace: "shop"},
		Sources:     []report.Source{{Type: "Plugin", Path: "system/shop", Tool: "helmfile", OwnTrees: true}},
		Sync:        report.Sync{Policy: report.Auto},
		Failures: []report.Failure{{Side: report.Head, Source: "path system/shop", File: "helmfile.yaml",
			Message: "running sh: exit status 1\n\x1b[31merr: no releases found that matches \"tier=api\"\x1b[0m\n  in ./helmfile.yaml",
			Hint:    "Run `helmfile template` in system/shop to see the same error."}}}
}

func skipped() report.Application {
	return report.Application{Namespace: "argocd", Name: "legacy", State: report.Skipped, Presence: report.Both,
		Sources: []report.Source{{Path: "legacy", OwnTrees: true}}, Sync: report.Sync{Policy: report.Manual},
		Skipped: "the plugin ksonnet is defined nowhere in the base revision"}
}

func gone() report.Application {
	a := redis()
	a.Presence = report.Deleted
	a.Reasons = []string{"its definition was deleted"}
	a.Sync.Finalizer = true
	a.Sync.Meaning = "The Application is gone from Git. Once it is deleted, its finalizer deletes its 3 resources."
	for i := range a.Changes {
		a.Changes[i].Action, a.Changes[i].Paths = compare.Remove, nil
		a.Changes[i].Diff = "- kind: " + a.Changes[i].Kind
	}
	return a
}

func large() *report.Report {
	var apps []report.Application
	for i := range 12 {
		a := redis()
		a.Name = fmt.Sprintf("redis-%02d", i)
		for j := range a.Changes {
			a.Changes[j].Diff += strings.Repeat("\n+ line", 40*(j+i))
		}
		apps = append(apps, a)
	}
	return newReport(apps...)
}

func TestGolden(t *testing.T) {
	t.Parallel()
	warned := newReport(failed(), mysql(), skipped(), unchanged("web"))
	warned.Warnings = []report.Warning{{File: "apps/broken.yaml", Line: 3, Message: "the document was left out: mapping values are not allowed in this context"}}
	nothing := newReport(unchanged("web"))
	nothing.Totals.Found = 40
	tight := options()
	tight.Budget = 9000
	tighter := options()
	tighter.Budget = 5000
	shorter := options()
	shorter.Budget = 6000
	tests := []struct {
		name string
		r    *report.Report
		o    Options
	}{
		{"changes", newReport(mysql(), redis(), unchanged("web")), options()},
		{"failure", warned, options()},
		{"unchanged", nothing, options()},
		{"deleted", newReport(gone()), options()},
		{"large", large(), tight},
		{"chart", newReport(chart()), options()},
		{"two-hundred-labels", twoHundred(), options()},
		{"environments", environments(), options()},
		{"dangers", perilous(), options()},
		{"images", manyImages(), options()},
		{"short", perilous(), shorter},
		{"list", large(), tighter},
		{"summary", newReport(mysql()), Options{Budget: SummaryBudget, ReportDir: "argoplan-report"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Markdown(tt.r, tt.o)
			checkPage(t, got, tt.o)
			if again := Markdown(tt.r, tt.o); again != got {
				t.Error("a second call gave other bytes")
			}
			golden(t, tt.name, got)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".md")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs, run with -update if that is right (-want +got):\n%s", file, diff)
	}
}
