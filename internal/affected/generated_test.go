package affected

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/tree"
)

func TestGeneratedApplicationsSayWhatFeedsThem(t *testing.T) {
	t.Parallel()
	made := func(inputs ...string) argocd.Application {
		return app("web", func(a *argocd.Application) { a.Set, a.File, a.GeneratorInputs = "x", "sets/x.yaml", inputs })
	}
	moved := made("c/prod.json")
	moved.Definition = map[string]any{"spec": map[string]any{"revision": "other"}, "metadata": moved.Definition["metadata"]}
	moved.Definition["spec"].(map[string]any)["project"] = ""
	for name, test := range map[string]struct {
		base, head []argocd.Application
		changed    []string
		unknown    bool
		want       []string
	}{
		"the set":              {[]argocd.Application{made("c/prod.json")}, []argocd.Application{moved}, []string{"c/prod.json", "sets/x.yaml"}, false, []string{"sets/x.yaml changes spec.revision"}},
		"a file":               {[]argocd.Application{made("c/prod.json")}, []argocd.Application{moved}, []string{"c/prod.json"}, false, []string{"c/prod.json feeds ApplicationSet x, which changes spec.revision"}},
		"a file of base alone": {[]argocd.Application{made("c/old.json")}, []argocd.Application{moved}, []string{"c/old.json"}, false, []string{"c/old.json feeds ApplicationSet x, which changes spec.revision"}},
		"neither":              {[]argocd.Application{made()}, []argocd.Application{moved}, []string{"c"}, false, []string{"ApplicationSet x changes spec.revision"}},
		"a new directory":      {nil, []argocd.Application{made("apps/web/")}, []string{"apps/web/a/b.yaml"}, false, []string{"apps/web/ feeds ApplicationSet x, which adds the Application"}},
		"a directory like it":  {nil, []argocd.Application{made("apps/web/")}, []string{"apps/web2/b.yaml"}, false, []string{"ApplicationSet x adds the Application"}},
		"one that goes":        {[]argocd.Application{made("apps/web/")}, nil, []string{"apps/web/b.yaml"}, false, []string{"apps/web/ feeds ApplicationSet x, which no longer defines the Application"}},
		"the same definition":  {[]argocd.Application{made("c/prod.json")}, []argocd.Application{made("c/prod.json")}, []string{"c/prod.json"}, false, nil},
		"unknown":              {[]argocd.Application{made("c/prod.json")}, nil, []string{"c/prod.json"}, true, []string{"nobody can say whether head has it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := Query{
				Base: Side{Tree: NewTree(tree.Dir(t.TempDir())), Applications: test.base}, Head: Side{Tree: NewTree(tree.Dir(t.TempDir())), Applications: test.head},
				Changed: test.changed, Repository: argocd.Repository{URLs: []string{own}, BaseBranch: "main"}, Unknown: map[argocd.ID]bool{{Name: "web"}: test.unknown},
			}
			var got []string
			selected, _ := Select(q)
			for _, s := range selected {
				got = append(got, s.Reasons...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsUnknownIsNotRenamed(t *testing.T) {
	t.Parallel()
	q := Query{
		Base: Side{Tree: NewTree(tree.Dir(t.TempDir())), Applications: []argocd.Application{app("web")}}, Head: Side{Tree: NewTree(tree.Dir(t.TempDir())), Applications: []argocd.Application{app("web", func(a *argocd.Application) { a.Name = "new" })}},
		Repository: argocd.Repository{URLs: []string{own}}, Unknown: map[argocd.ID]bool{{Name: "web"}: true},
	}
	selected, _ := Select(q)
	if len(selected) != 2 || selected[0].RenamedFrom.Name != "" {
		t.Errorf("got %+v", selected)
	}
}
