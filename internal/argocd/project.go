package argocd

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
)

// Project is an AppProject: what its Applications may deploy, and where. The
// fields are those of the custom resource; the rules are those of Argo CD's
// pkg/apis/application/v1alpha1/app_project_types.go.
type Project struct {
	Name         string
	Namespace    string // "" if the document has none
	SourceRepos  []string
	Destinations []Destination
	// A nil whitelist of namespaced kinds permits all of them, an empty one
	// none. Cluster-scoped kinds need a whitelist.
	ClusterWhitelist   []ResourceRestriction
	ClusterBlacklist   []ResourceRestriction
	NamespaceWhitelist []ResourceRestriction
	NamespaceBlacklist []ResourceRestriction
}

// ResourceRestriction names kinds by patterns; Name counts for cluster-scoped
// ones alone, "" stands for all.
type ResourceRestriction struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name,omitempty"`
}

// Projects gives every AppProject that stands in the files, in their order.
// What doesn't parse is among the Problems of Applications already.
func (f *Files) Projects() []Project {
	var projects []Project
	for _, file := range f.files {
		if !bytes.Contains(file.data, []byte("AppProject")) {
			continue
		}
		for _, d := range file.documents() {
			if object, err := d.object(); err == nil {
				projects = append(projects, projectsIn(object)...)
			}
		}
	}
	return projects
}

// projectsIn reads an AppProject, or those among the items of a List.
func projectsIn(object map[string]any) []Project {
	kind, _ := object["kind"].(string)
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(kind, "List") {
		var list []Project
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				list = append(list, projectsIn(o)...)
			}
		}
		return list
	}
	if version, _ := object["apiVersion"].(string); kind != "AppProject" || !strings.HasPrefix(version, group+"/") {
		return nil
	}
	var typed struct {
		Metadata struct{ Name, Namespace string }
		Spec     struct {
			SourceRepos                []string
			Destinations               []Destination
			ClusterResourceWhitelist   []ResourceRestriction
			ClusterResourceBlacklist   []ResourceRestriction
			NamespaceResourceWhitelist []ResourceRestriction
			NamespaceResourceBlacklist []ResourceRestriction
		}
	}
	if err := convert(object, &typed); err != nil || typed.Metadata.Name == "" {
		return nil // a patch for another document, or broken: nothing to go by
	}
	s := typed.Spec
	return []Project{{
		Name: typed.Metadata.Name, Namespace: typed.Metadata.Namespace,
		SourceRepos: s.SourceRepos, Destinations: s.Destinations,
		ClusterWhitelist: s.ClusterResourceWhitelist, ClusterBlacklist: s.ClusterResourceBlacklist,
		NamespaceWhitelist: s.NamespaceResourceWhitelist, NamespaceBlacklist: s.NamespaceResourceBlacklist,
	}}
}

// ProjectOf gives the AppProject of an Application, "default" if it names none.
// ok is false if no project of that name was found, or several: then nobody
// can say which of them counts.
func ProjectOf(projects []Project, a *Application, controlPlane string) (found Project, ok bool) {
	name := a.Spec.Project
	if name == "" {
		name = "default"
	}
	for _, p := range projects {
		if p.Name != name || p.Namespace != "" && p.Namespace != controlPlane {
			continue
		}
		if ok {
			return Project{}, false
		}
		found, ok = p, true
	}
	return found, ok
}

// PermitsSource says whether an Application may read from a repository.
func (p Project) PermitsSource(repoURL string) bool {
	permitted := false
	for _, pattern := range p.SourceRepos {
		pattern, deny := strings.CutPrefix(pattern, "!")
		matched := matches(NormalizeGitURL(pattern), NormalizeGitURL(repoURL), '/')
		if deny && matched {
			return false
		}
		permitted = permitted || matched != deny
	}
	return permitted
}

// PermitsDestination says whether an Application may deploy to a namespace of
// a cluster. A cluster has a server and a name, of which a definition tells one;
// what depends on the other one is taken as permitted.
func (p Project) PermitsDestination(d Destination) bool {
	d = withInCluster(d)
	permitted := false
	for _, item := range p.Destinations {
		server, name := match(item.Server, d.Server), match(item.Name, d.Name)
		namespace := matchKnown(item.Namespace, d.Namespace)
		unknown := d.Server == "" && item.Server != "" || d.Name == "" && item.Name != ""
		switch {
		case namespace && (server || name):
			permitted = true
		case namespace && (denies(item.Name) && d.Name != "" || denies(item.Server) && d.Server != ""):
			return false
		case !namespace && denies(item.Namespace) && server:
			return false
		case namespace && unknown:
			permitted = true
		}
	}
	return permitted
}

// PermitsKind says whether an Application may deploy a resource; name counts
// for a cluster-scoped one.
func (p Project) PermitsKind(group, kind, name string, namespaced bool) bool {
	if namespaced {
		return (p.NamespaceWhitelist == nil || lists(p.NamespaceWhitelist, group, kind, "")) &&
			!lists(p.NamespaceBlacklist, group, kind, "")
	}
	return lists(p.ClusterWhitelist, group, kind, name) && !lists(p.ClusterBlacklist, group, kind, name)
}

func lists(list []ResourceRestriction, group, kind, name string) bool {
	for _, item := range list {
		if fileMatch(item.Kind, kind) && fileMatch(item.Group, group) && (item.Name == "" || name == "" || fileMatch(item.Name, name)) {
			return true
		}
	}
	return false
}

func fileMatch(pattern, value string) bool {
	ok, err := filepath.Match(pattern, value)
	return ok && err == nil
}

// match is false for an unknown value, whatever the pattern.
func match(pattern, value string) bool { return value != "" && matchKnown(pattern, value) }

func matchKnown(pattern, value string) bool {
	rest, deny := strings.CutPrefix(pattern, "!")
	return matches(rest, value) != deny
}

func denies(pattern string) bool { return strings.HasPrefix(pattern, "!") }

// matches takes a pattern that doesn't compile for one that matches nothing,
// as Argo CD does.
func matches(pattern, value string, separators ...rune) bool {
	if pattern == "*" {
		return true
	}
	compiled, err := glob.Compile(pattern, separators...)
	return err == nil && compiled.Match(value)
}

// withInCluster completes the one cluster that is called the same everywhere.
func withInCluster(d Destination) Destination {
	const server, name = "https://kubernetes.default.svc", "in-cluster"
	switch {
	case d.Server == server && d.Name == "":
		d.Name = name
	case d.Name == name && d.Server == "":
		d.Server = server
	}
	return d
}

// String is the cluster and the namespace, as people write it.
func (d Destination) String() string {
	cluster := d.Name
	if cluster == "" {
		cluster = d.Server
	}
	return fmt.Sprintf("cluster %s, namespace %s", cluster, d.Namespace)
}
