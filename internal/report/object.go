package report

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/compare"
)

// object is a Kubernetes object as JSON. Odd types read as nothing: the API
// server complains of them, not a report.
type object map[string]any

// at follows a path of keys; nil where it leads nowhere.
func (o object) at(path ...string) any {
	var value any = map[string]any(o)
	for _, key := range path {
		m, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = m[key]
	}
	return value
}

func (o object) text(path ...string) string {
	s, _ := o.at(path...).(string)
	return s
}

func (o object) list(path ...string) []any {
	l, _ := o.at(path...).([]any)
	return l
}

func (o object) group() string {
	group, _, found := strings.Cut(o.text("apiVersion"), "/")
	if !found {
		return ""
	}
	return group
}

// kind is "group/Kind", and "/Kind" for the core group.
func (o object) kind() string { return o.group() + "/" + o.text("kind") }

// name is "Kind namespace/name", as a change is headed.
func (o object) name() string {
	name := o.text("metadata", "name")
	if name == "" {
		name = o.text("metadata", "generateName")
	}
	return title(o.text("kind"), o.text("metadata", "namespace"), name)
}

func title(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return strings.TrimSpace(kind + " " + name)
}

func titleOf(c compare.Change) string { return title(c.Kind, c.Namespace, c.Name) }

// csv splits an annotation at its commas, as Argo CD does.
func (o object) csv(annotation string) []string {
	var list []string
	for entry := range strings.SplitSeq(o.text("metadata", "annotations", annotation), ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	return list
}

// objects gives those that Argo CD applies.
func objects(all []*unstructured.Unstructured) []object {
	list := make([]object, 0, len(all))
	for _, u := range all {
		if u != nil && !neverApplied(compare.Hook(u.Object)) {
			list = append(list, u.Object)
		}
	}
	return list
}

// baseOf and headOf give a change's objects, nil where there is none.
func baseOf(c compare.Change) object {
	if c.Base == nil {
		return nil
	}
	return c.Base.Object
}

func headOf(c compare.Change) object {
	if c.Head == nil {
		return nil
	}
	return c.Head.Object
}
