package report

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// parse reads YAML documents.
func parse(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var list []*unstructured.Unstructured
	for _, document := range strings.Split(text, "---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if o != nil {
			list = append(list, &unstructured.Unstructured{Object: o})
		}
	}
	return list
}

// trial is two renders of one Application.
type trial struct {
	base, head string
	policy     *argocd.SyncPolicy // automated with prune if nil
	finalizer  bool
	gone       bool // the Application is deleted
}

func automated(prune bool, options ...string) *argocd.SyncPolicy {
	return &argocd.SyncPolicy{Automated: &argocd.Automated{Prune: prune}, SyncOptions: options}
}

func (x trial) application(t *testing.T) Application {
	t.Helper()
	def := define("web", "1.0.0")
	if def.Spec.SyncPolicy = x.policy; x.policy == nil {
		def.Spec.SyncPolicy = automated(true)
	}
	if x.finalizer {
		def.Finalizers = []string{cascade}
	}
	return x.with(t, Run{}, def, def)
}

func (x trial) with(t *testing.T, run Run, base, head *argocd.Application) Application {
	t.Helper()
	return New(run, []Outcome{x.outcome(t, "web", base, head)}).Applications[0]
}

func (x trial) outcome(t *testing.T, name string, base, head *argocd.Application) Outcome {
	t.Helper()
	result, err := compare.New([]byte("key"), compare.Options{}).Compare(parse(t, x.base), parse(t, x.head))
	if err != nil {
		t.Fatal(err)
	}
	o := Outcome{
		Selected:   affected.Selected{Pair: affected.Pair{ID: argocd.ID{Namespace: "argocd", Name: name}, Base: base, Head: head}},
		Comparison: result, Base: &Render{}, Head: &Render{},
	}
	if x.gone {
		o.Selected.Head, o.Head = nil, nil
	}
	return o
}

// found gives "rule resource path" of each danger.
func found(a Application) (list []string) {
	for _, d := range a.Dangers {
		list = append(list, strings.TrimRight(strings.Join([]string{d.Rule, d.Resource, d.Path}, " "), " "))
	}
	return list
}

func check(t *testing.T, a Application, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, found(a)); diff != "" {
		t.Errorf("dangers (-want +got):\n%s", diff)
	}
	for _, d := range a.Dangers {
		if !strings.HasSuffix(d.Message, ".") || strings.Contains(d.Message, "\n") || strings.Contains(d.Message, "%!") {
			t.Errorf("%q is no sentence", d.Message)
		}
	}
}

// TestRulesAreDocumented holds the list in docs/report.md against the table.
func TestRulesAreDocumented(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range rules() {
		want = append(want, r.name+": "+r.about)
	}
	_, list, _ := strings.Cut(string(data), "## Dangers")
	for _, m := range regexp.MustCompile("(?m)^- `([a-z-]+)`: (.*)$").FindAllStringSubmatch(list, -1) {
		got = append(got, m[1]+": "+m[2])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/report.md (-table +docs):\n%s", diff)
	}
}

func TestNoDangers(t *testing.T) {
	t.Parallel()
	service := "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: prod}\nspec: {type: TYPE}\n"
	check(t, trial{base: strings.Replace(service, "TYPE", "ClusterIP", 1), head: strings.Replace(service, "TYPE", "NodePort", 1)}.application(t))
	check(t, trial{base: service}.application(t))
	check(t, trial{head: service}.application(t))
	check(t, trial{base: "kind: 1\nmetadata: []\nspec: x", head: "kind: Role\nrules: {a: b}\nmetadata: {annotations: 3}"}.application(t))
}

// TestFailedHasNoDangers: of what did not render nothing is known.
func TestFailedHasNoDangers(t *testing.T) {
	t.Parallel()
	def := define("web", "1.0.0")
	o := trial{base: "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}"}.outcome(t, "web", def, def)
	o.Head.Err, o.Head.FailedSource = os.ErrNotExist, -1
	check(t, New(Run{}, []Outcome{o}).Applications[0])
}
