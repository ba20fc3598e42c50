package argocd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/argoplan/argoplan/internal/tree"
)

func projects(t *testing.T, text string) []Project {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "projects.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := Scan(tree.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	return files.Projects()
}

const head = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\n"

func TestProjects(t *testing.T) {
	t.Parallel()
	found := projects(t, head+"metadata: {name: one, namespace: argocd}\nspec: {sourceRepos: ['*'], namespaceResourceWhitelist: []}\n---\n"+
		"kind: List\napiVersion: v1\nitems:\n- {apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: two}, spec: {}}\n---\n"+
		head+"spec: {description: a patch}\n---\napiVersion: other.io/v1\nkind: AppProject\nmetadata: {name: three}\n# argoproj.io\n")
	if len(found) != 2 || found[0].Name != "one" || found[1].Name != "two" {
		t.Fatalf("found %+v", found)
	}
	if found[0].NamespaceWhitelist == nil || found[1].NamespaceWhitelist != nil {
		t.Error("an empty whitelist and none are not the same")
	}
}

func TestProjectOf(t *testing.T) {
	t.Parallel()
	all := []Project{{Name: "default"}, {Name: "twice"}, {Name: "twice", Namespace: "argocd"}, {Name: "else", Namespace: "other"}}
	for project, want := range map[string]string{"": "default", "default": "default", "twice": "", "else": "", "missing": ""} {
		p, ok := ProjectOf(all, &Application{Spec: Spec{Project: project}}, "argocd")
		if p.Name != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v", project, p.Name, ok)
		}
	}
}

func TestPermitsSource(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		patterns []string
		url      string
		want     bool
	}{
		{nil, "https://example.com/a", false},
		{[]string{"*"}, "https://example.com/a", true},
		{[]string{"https://example.com/a.git"}, "https://Example.com/A", true},
		{[]string{"https://example.com/*"}, "https://example.com/a/b", false},
		{[]string{"https://example.com/**"}, "https://example.com/a/b", true},
		{[]string{"!https://example.com/a", "*"}, "https://example.com/a", false},
		{[]string{"!https://example.com/a"}, "https://example.com/b", true},
		{[]string{"[broken"}, "https://example.com/b", false},
	} {
		if got := (Project{SourceRepos: test.patterns}).PermitsSource(test.url); got != test.want {
			t.Errorf("%v permits %s: %v", test.patterns, test.url, got)
		}
	}
}

func TestPermitsDestination(t *testing.T) {
	t.Parallel()
	const local = "https://kubernetes.default.svc"
	for name, test := range map[string]struct {
		items []Destination
		to    Destination
		want  bool
	}{
		"none":                           {nil, Destination{Server: local, Namespace: "a"}, false},
		"all":                            {[]Destination{{Server: "*", Namespace: "*"}}, Destination{Server: local, Namespace: "a"}, true},
		"another namespace":              {[]Destination{{Server: local, Namespace: "b-*"}}, Destination{Server: local, Namespace: "a"}, false},
		"by pattern":                     {[]Destination{{Server: local, Namespace: "b-*"}}, Destination{Server: local, Namespace: "b-1"}, true},
		"in-cluster by name":             {[]Destination{{Name: "in-cluster", Namespace: "*"}}, Destination{Server: local, Namespace: "a"}, true},
		"another cluster":                {[]Destination{{Server: "https://b", Namespace: "*"}}, Destination{Server: "https://a", Namespace: "a"}, false},
		"a name that nobody can look up": {[]Destination{{Name: "prod", Namespace: "*"}}, Destination{Server: "https://a", Namespace: "a"}, true},
		"denied namespace": {[]Destination{{Server: "*", Namespace: "!kube-system"}, {Server: "*", Namespace: "*"}},
			Destination{Server: local, Namespace: "kube-system"}, false},
		"beside a denied namespace": {[]Destination{{Server: "*", Namespace: "!kube-system"}}, Destination{Server: local, Namespace: "a"}, true},
		"denied cluster": {[]Destination{{Server: "!" + local, Namespace: "*"}, {Server: "*", Namespace: "*"}},
			Destination{Server: local, Namespace: "a"}, false},
	} {
		if got := (Project{Destinations: test.items}).PermitsDestination(test.to); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestPermitsKind(t *testing.T) {
	t.Parallel()
	secrets := []ResourceRestriction{{Group: "", Kind: "Secret"}}
	for name, test := range map[string]struct {
		project           Project
		group, kind, name string
		namespaced, want  bool
	}{
		"namespaced, no lists":        {Project{}, "", "Secret", "a", true, true},
		"cluster-scoped, no lists":    {Project{}, "", "Namespace", "a", false, false},
		"an empty whitelist":          {Project{NamespaceWhitelist: []ResourceRestriction{}}, "", "Secret", "a", true, false},
		"whitelisted":                 {Project{NamespaceWhitelist: secrets}, "", "Secret", "a", true, true},
		"not whitelisted":             {Project{NamespaceWhitelist: secrets}, "apps", "Deployment", "a", true, false},
		"blacklisted":                 {Project{NamespaceBlacklist: secrets}, "", "Secret", "a", true, false},
		"cluster-scoped by pattern":   {Project{ClusterWhitelist: []ResourceRestriction{{Group: "rbac.*", Kind: "*"}}}, "rbac.authorization.k8s.io", "ClusterRole", "a", false, true},
		"cluster-scoped by name":      {Project{ClusterWhitelist: []ResourceRestriction{{Kind: "Namespace", Name: "team-*"}}}, "", "Namespace", "team-a", false, true},
		"another name":                {Project{ClusterWhitelist: []ResourceRestriction{{Kind: "Namespace", Name: "team-*"}}}, "", "Namespace", "other", false, false},
		"cluster-scoped, blacklisted": {Project{ClusterWhitelist: []ResourceRestriction{{Group: "*", Kind: "*"}}, ClusterBlacklist: []ResourceRestriction{{Kind: "Namespace"}}}, "", "Namespace", "a", false, false},
	} {
		if got := test.project.PermitsKind(test.group, test.kind, test.name, test.namespaced); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
